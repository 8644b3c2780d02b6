package dev.panda.orchestrator.attack;

import static dev.panda.orchestrator.attack.AttackedPanda.aligned;
import static dev.panda.orchestrator.attack.AttackedPanda.unaligned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.GetModelRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service that is asked to end lets those under way finish, and says so to others. */
@Attack
class DrainIT {
  private static final int STREAMS = 16;

  /** What Java ends with after the signal. */
  private static final int SIGTERM = 143;

  private final AttackedPanda panda;

  DrainIT(AttackedPanda panda) {
    this.panda = panda;
  }

  /**
   * @param index of the service that is asked to end
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void streamsFinishOrAreToldWhenToComeAgain(int index) throws Exception {
    Service service = panda.services().get(index);
    ManagedChannel client = panda.orchestrator().connect();
    assertThat(Recovery.of(client).outcome().isOk()).isTrue();
    List<Generation> running = new ArrayList<>();
    running.addAll(Generation.start(STREAMS / 2, client, aligned(60)));
    running.addAll(Generation.start(STREAMS / 2, client, unaligned(150)));
    running.forEach(Generation::begun);

    service.process().terminate();
    TimeUnit.MILLISECONDS.sleep(150);
    List<Outcome> late = Generation.outcomes(Generation.start(8, client, aligned(4)));
    List<Outcome> outcomes = Generation.outcomes(running);
    int exitCode = service.process().exitCode();

    Figures.write(
        "SIGTERM under 16 streams",
        "%s: %s; new ones %s; ended after %.1f s",
        List.of("base", "first reward", "second reward", "orchestrator").get(index),
        Outcome.count(outcomes),
        Outcome.count(late),
        Outcome.slowest(outcomes));
    Outcome.assertAll(
        outcomes, each -> each.isOk() || each.isRefusedWithHint(Status.Code.UNAVAILABLE));
    Outcome.assertAll(late, each -> each.isRefusedWithHint(Status.Code.UNAVAILABLE));
    assertThat(exitCode).isIn(0, SIGTERM);
  }

  /** Clients that never say anything keep a service from stopping for 15 s, not for the grace. */
  @Tag("attack-slow")
  @Test
  void silentStreamsDoNotHoldTheServiceUp() throws Exception {
    try (Service base = panda.startBase()) {
      ManagedChannel client = base.connect();
      List<Sequence<?, ?>> silent =
          Stream.<Sequence<?, ?>>generate(() -> Sequence.silent(client)).limit(4).toList();
      // Travels behind their headers.
      var unused =
          BaseModelServiceGrpc.newBlockingStub(client)
              .getModel(GetModelRequest.getDefaultInstance());

      assertEndsBeforeItsGrace("SIGTERM under silent streams", base);
      assertThat(silent)
          .extracting(each -> each.opened().getCode())
          .containsOnly(Status.Code.UNAVAILABLE);
    }
  }

  /** The same of clients that do not read. */
  @Tag("attack-slow")
  @Test
  void unreadGenerationsDoNotHoldTheServiceUp() throws Exception {
    try (Service orchestrator = panda.startOrchestrator(panda.base().address())) {
      assertThat(Recovery.of(orchestrator.connect()).outcome().isOk()).isTrue();
      List<Unread> clients = Stream.generate(() -> Unread.of(orchestrator)).limit(4).toList();
      TimeUnit.SECONDS.sleep(3);

      assertEndsBeforeItsGrace("SIGTERM under unread streams", orchestrator);
      clients.forEach(Unread::close);
    }
  }

  private static void assertEndsBeforeItsGrace(String attack, Service service) throws Exception {
    long start = System.nanoTime();
    service.process().terminate();
    int exitCode = service.process().exitCode();
    Duration time = Duration.ofNanos(System.nanoTime() - start);

    Figures.write(attack, "ended after %.1f s", time.toMillis() / 1000.0);
    assertThat(exitCode).isIn(0, SIGTERM);
    assertThat(time).isLessThan(Duration.ofSeconds(21));
  }
}
