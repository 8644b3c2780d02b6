package dev.panda.orchestrator.attack;

import static dev.panda.orchestrator.attack.AttackedPanda.aligned;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A thousand generations at once. */
@Attack
class BurstIT {
  @Test
  void allAreAnsweredOrToldWhenToComeAgain(AttackedPanda panda) {
    List<Outcome> outcomes =
        Generation.outcomes(Generation.start(1000, panda.orchestrator().connect(), aligned(8)));

    Figures.write(
        "burst of 1,000",
        "%s; all ended after %.1f s",
        Outcome.count(outcomes),
        Outcome.slowest(outcomes));
    Outcome.assertAll(
        outcomes,
        outcome -> outcome.isOk() || outcome.isRefusedWithHint(Status.Code.RESOURCE_EXHAUSTED));
    assertThat(outcomes).anyMatch(Outcome::isOk);
  }
}
