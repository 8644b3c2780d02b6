package dev.panda.orchestrator.attack;

import static dev.panda.orchestrator.attack.AttackedPanda.aligned;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Services that were away for long are asked again within seconds of their return. */
@Attack
class BackOffIT {
  private static final int PAUSE_MILLIS = 300;

  private final AttackedPanda panda;

  BackOffIT(AttackedPanda panda) {
    this.panda = panda;
  }

  @Test
  void quick() throws Exception {
    assertServesAgain(8, Duration.ofSeconds(20));
  }

  @Tag("attack-slow")
  @ParameterizedTest
  @ValueSource(ints = {60, 180})
  void whole(int seconds) throws Exception {
    assertServesAgain(seconds, Duration.ofSeconds(5));
  }

  /** All the while a client asks. */
  private void assertServesAgain(int seconds, Duration bound) throws Exception {
    ManagedChannel client = panda.orchestrator().connect();
    panda.base().process().kill();
    panda.kind().process().kill();
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (System.nanoTime() < end) {
      assertThat(Generation.start(client, aligned(4)).outcome().isOk()).isFalse();
      Thread.sleep(PAUSE_MILLIS);
    }
    panda.base().start();
    panda.kind().start();

    Recovery recovery = Recovery.of(client);

    Figures.write(
        "back-off, " + seconds + " s away",
        "%s after %.1f s",
        recovery.outcome().code(),
        recovery.time().toMillis() / 1000.0);
    assertThat(recovery.outcome().isOk()).isTrue();
    assertThat(recovery.time()).isLessThan(bound);
  }
}
