package dev.panda.orchestrator.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that do not read, or hardly, do not keep others out for long. */
@Attack
class UnreadIT {
  private static final int CLIENTS = 64;
  private static final int TRICKLE_SECONDS = 10;

  private final AttackedPanda panda;

  UnreadIT(AttackedPanda panda) {
    this.panda = panda;
  }

  /**
   * @param trickles whether each client reads a message from time to time
   */
  @Tag("attack-slow")
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void othersAreServed(boolean trickles) throws Exception {
    ScheduledExecutorService reads = Executors.newSingleThreadScheduledExecutor();
    List<Unread> clients =
        Stream.generate(() -> Unread.of(panda.orchestrator())).limit(CLIENTS).toList();
    if (trickles) {
      var unused =
          reads.scheduleAtFixedRate(
              () -> clients.forEach(Unread::read),
              TRICKLE_SECONDS,
              TRICKLE_SECONDS,
              TimeUnit.SECONDS);
    }
    TimeUnit.SECONDS.sleep(3);
    Recovery recovery = Recovery.of(panda.orchestrator().connect());
    reads.shutdownNow();
    clients.forEach(Unread::close);

    Figures.write(
        "64 clients that do not read",
        "%s: another client: %s after %.1f s",
        trickles ? "one message every 10 s" : "nothing",
        recovery.outcome().code(),
        recovery.time().toMillis() / 1000.0);
    assertThat(recovery.outcome().isOk()).isTrue();
    assertThat(recovery.time()).isLessThan(Duration.ofSeconds(60));
  }
}
