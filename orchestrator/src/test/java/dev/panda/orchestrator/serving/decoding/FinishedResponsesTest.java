package dev.panda.orchestrator.serving.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class FinishedResponsesTest {
  @Test
  void bestOfNTakesTheEarliestOfTheBest() {
    assertThat(ResponseSelection.best(new double[] {-1, 2, 2, 0})).isEqualTo(1);
  }

  @Test
  void perLambdaTakesTheBestWithinTheLimit() {
    double[] rewards = {1, 3, 2};

    assertThat(ResponseSelection.bestWithin(rewards, new double[] {0.1, 2, 0.5}, 0.5)).isEqualTo(2);
    assertThat(ResponseSelection.bestWithin(rewards, new double[] {4, 2, 3}, 1)).isEqualTo(1);
  }

  @Test
  void refusesNoResponses() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ResponseSelection.best(new double[0]))
        .withMessage("rewards: none (expected: at least one response)");
  }

  @Test
  void repetitionIsTheShareOfThreeGramsSeenBefore() {
    assertThat(SteeringDiagnostics.repetition(new int[] {1, 2})).isZero();
    assertThat(SteeringDiagnostics.repetition(new int[] {1, 2, 3, 4, 5})).isZero();
    assertThat(SteeringDiagnostics.repetition(new int[] {1, 2, 3, 1, 2, 3})).isEqualTo(0.25);
    assertThat(SteeringDiagnostics.repetition(new int[] {7, 7, 7, 7, 7, 7})).isEqualTo(0.75);
  }

  @Test
  void warnsOfTooStrongALambda() {
    assertThat(new SteeringDiagnostics(64, 0.1, 0.5, OptionalDouble.of(0.2), 64).warnings(10))
        .isEmpty();
    assertThat(new SteeringDiagnostics(64, 0.1, 0.5, OptionalDouble.empty(), 0).warnings(10))
        .isEmpty();
    assertThat(new SteeringDiagnostics(64, 0.8, 5, OptionalDouble.of(3), 64).warnings(10))
        .containsExactly(
            "repetition: 0.80 (expected: at most 0.30): the response repeats itself; lambda may be"
                + " too strong",
            "mean_rank: 5.00 (expected: at most 2.25): tokens that the base model finds unlikely;"
                + " lambda may be too strong",
            "mean_kl: 3.00 (expected: at most 1.00): far from the base model, nats a token; lambda"
                + " may be too strong");
  }

  @Test
  void stepsWithoutAKlCountAsIfTheyHadSpentNone() {
    assertThat(new SteeringDiagnostics(64, 0.1, 0.5, OptionalDouble.of(3), 21).warnings(10))
        .isEmpty();
    assertThat(new SteeringDiagnostics(64, 0.1, 0.5, OptionalDouble.of(3), 22).warnings(10))
        .singleElement()
        .asString()
        .startsWith("mean_kl: 1.03 (expected: at most 1.00)");
  }

  @Test
  void shortResponsesTellByTheirKlAlone() {
    assertThat(new SteeringDiagnostics(5, 0.8, 5, OptionalDouble.of(0.9), 5).warnings(10))
        .isEmpty();
    assertThat(new SteeringDiagnostics(3, 0.8, 5, OptionalDouble.of(1.3), 3).warnings(10))
        .singleElement()
        .asString()
        .startsWith("mean_kl: 1.30 (expected: at most 1.00)");
  }

  @Test
  void ranksByLogProbabilityThenId() {
    Candidates z =
        new Candidates(new int[] {5, 4, 3}, new double[] {-1, -1, -0.5}, new double[0], 1, 9);

    assertThat(z.rank(2)).isZero();
    assertThat(z.rank(1)).isEqualTo(1);
    assertThat(z.rank(0)).isEqualTo(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Candidates(new int[2], new double[1], new double[0], 1, 9))
        .withMessage("log_probabilities: 1 values (expected: one for each of 2 candidates)");
  }
}
