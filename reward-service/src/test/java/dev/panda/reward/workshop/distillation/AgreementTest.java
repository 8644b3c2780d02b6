package dev.panda.reward.workshop.distillation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class AgreementTest {
  private static CandidateStep step(float... projections) {
    return new CandidateStep(new float[0][], new int[projections.length], projections);
  }

  @Test
  void exactEstimatesAgree() {
    List<CandidateStep> steps = List.of(step(3, 1, 2), step(-1, 5, 0));

    Agreement agreement = Agreement.of(steps, CandidateStep::projections);

    assertThat(agreement.rank()).isCloseTo(1, within(1e-12));
    assertThat(agreement.sameBest()).isEqualTo(1);
    assertThat(agreement.explained()).isEqualTo(1);
  }

  @Test
  void aStepsLevelDoesNotMatter() {
    Agreement agreement = Agreement.of(List.of(step(3, 1, 2)), step -> new float[] {103, 101, 102});

    assertThat(agreement.rank()).isCloseTo(1, within(1e-12));
    assertThat(agreement.explained()).isCloseTo(1, within(1e-9));
  }

  @Test
  void anyOfEquallyGoodCandidatesIsBest() {
    List<CandidateStep> steps = List.of(step(2, 2, 0));

    assertThat(Agreement.of(steps, step -> new float[] {1.9f, 2, 0}).sameBest()).isEqualTo(1);
    assertThat(Agreement.of(steps, step -> new float[] {0, 1, 2}).sameBest()).isZero();
  }

  @Test
  void stepsWithoutDifferencesCountZero() {
    Agreement agreement = Agreement.of(List.of(step(1, 2), step(2, 1)), step -> new float[] {7, 7});

    assertThat(agreement.rank()).isZero();
    assertThat(agreement.sameBest()).isEqualTo(0.5);
    assertThat(agreement.explained()).isZero();
  }
}
