package dev.panda.orchestrator.serving.decoding.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LambdaFunctionsTest {
  private static final int MAX_TOKENS = 8;

  @Test
  void constantStays() {
    assertValues(new Constant(-2), -2, -2, -2, -2);
  }

  @Test
  void linearGrowsByItsSlope() {
    assertValues(new Linear(2, 0.5), 2, 3, 6, 18);
  }

  @Test
  void exponentialFades() {
    assertValues(new Exponential(2, 4), 2, 2 * Math.exp(-0.25), 2 * Math.exp(-1), 2 * Math.exp(-4));
  }

  @Test
  void cosineEndsAtTheLongestResponseUnlessToldOtherwise() {
    assertValues(new Cosine(2, OptionalInt.empty()), 2, 1 + Math.cos(Math.PI / 8), 1, 0);
    assertValues(new Cosine(2, OptionalInt.of(4)), 2, 1 + Math.cos(Math.PI / 4), 0, 0);
  }

  @Test
  void warmUpReachesItsStrength() {
    assertValues(new WarmUp(3, 3), 1, 2, 3, 3);
  }

  @Test
  void entropyIsShareOfTheLargest() {
    assertThat(new Entropy(3).value(at(0))).isCloseTo(3 * 2.0 / 5, within(1e-12));
    assertThat(new Entropy(3).value(new LambdaContext(0, 1, new double[1], new double[0], 0, 1)))
        .isZero();
  }

  @Test
  void onlyKlBudgetDependsOnRewards() {
    assertThat(new KlBudget(1, 1).dependsOnRewards()).isTrue();
    assertThat(new Entropy(1).dependsOnRewards()).isFalse();
  }

  @Test
  void refusesParametersOutOfBounds() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Constant(Double.NaN))
        .withMessage("strength: NaN (expected: a finite number)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Linear(1, Double.POSITIVE_INFINITY))
        .withMessage("slope: Infinity (expected: a finite number)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Exponential(1, 0))
        .withMessage("time_constant: 0.0 (expected: a finite number > 0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Cosine(1, OptionalInt.of(0)))
        .withMessage("steps: 0 (expected: >= 1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WarmUp(1, -1))
        .withMessage("steps: -1 (expected: >= 1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Entropy(Double.NEGATIVE_INFINITY))
        .withMessage("strength: -Infinity (expected: a finite number)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KlBudget(-1, 1))
        .withMessage("budget: -1.0 (expected: a finite number >= 0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KlBudget(1, Double.NaN))
        .withMessage("max_strength: NaN (expected: a finite number >= 0)");
  }

  /** At steps 0, 1, 4 and 16. */
  private static void assertValues(LambdaFunction lambda, double... expected) {
    int[] steps = {0, 1, 4, 16};
    for (int i = 0; i < steps.length; i++) {
      assertThat(lambda.value(at(steps[i]))).isCloseTo(expected[i], within(1e-12));
    }
  }

  /** Entropy 2 of at most 5 nats. */
  private static LambdaContext at(int t) {
    int vocabularySize = 1 << 20;
    double entropy = 2.0 / 5 * Math.log(vocabularySize);
    return new LambdaContext(
        t, MAX_TOKENS, new double[] {-1, -2}, new double[0], entropy, vocabularySize);
  }
}
