package dev.panda.orchestrator.serving.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.panda.orchestrator.serving.client.RewardClient;
import dev.panda.orchestrator.serving.client.Timeouts;
import dev.panda.orchestrator.serving.port.ServiceException;
import dev.panda.orchestrator.testing.FakeRewards;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PreferenceDirectoryTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final FakeRewards first = new FakeRewards("kind", "brief");
  private final FakeRewards second = new FakeRewards("brief", "calm");
  private final List<AutoCloseable> toClose = new ArrayList<>(List.of(first, second));

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : toClose) {
      each.close();
    }
  }

  private PreferenceDirectory directory(Duration freshness) {
    List<RewardClient> clients = List.of(client(first), client(second));
    toClose.addAll(clients);
    return new PreferenceDirectory(clients, freshness);
  }

  private static RewardClient client(FakeRewards service) {
    return new RewardClient(service.address(), new Timeouts(LONG, LONG));
  }

  @Test
  void theFirstServiceWithANameHasIt() {
    PreferenceRoutes routes = directory(LONG).known();

    assertThat(routes.all())
        .extracting(served -> served.model().preference())
        .containsExactly("brief", "calm", "kind");
    assertThat(routes.find("brief").orElseThrow().client())
        .isSameAs(routes.find("kind").orElseThrow().client());
    assertThat(routes.find("witty")).isEmpty();
  }

  @Test
  void asksOnceWhileAnswersAreGood() {
    PreferenceDirectory directory = directory(LONG);

    directory.known();
    directory.known();
    assertThat(first.listings()).isEqualTo(1);

    directory.current();
    assertThat(first.listings()).isEqualTo(2);
  }

  @Test
  void asksAgainWhenAnswersAreOld() {
    PreferenceDirectory directory = directory(Duration.ZERO);

    directory.known();
    directory.known();

    while (first.listings() < 2) {
      Thread.onSpinWait();
    }
  }

  @Test
  void doesNotWaitForAServiceThatFailedBefore() {
    PreferenceDirectory directory = directory(Duration.ZERO);
    first.goDown();
    assertThat(directory.known().have(List.of("calm"))).isTrue();
    first.hang();

    PreferenceRoutes routes = directory.known();

    assertThat(routes.have(List.of("calm"))).isTrue();
    ServiceException failure =
        catchThrowableOfType(ServiceException.class, () -> routes.find("kind"));
    assertThat(failure.getMessage()).contains("reward service at " + first.address());
  }
}
