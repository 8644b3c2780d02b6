package dev.panda.orchestrator.serving.decoding.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class KlBudgetTest {
  private static final double[] EQUAL_ODDS = {-1, -1};

  @Test
  void spendsTheBudget() {
    // q = (s, 1 - s) against (1/2, 1/2): KL = log 2 - H(s) with s = 1/(1 + exp(-λ)).
    double s = 0.8;
    double budget = Math.log(2) + s * Math.log(s) + (1 - s) * Math.log(1 - s);

    double lambda = new KlBudget(budget, 100).value(context(EQUAL_ODDS, 1, 0));

    assertThat(lambda).isCloseTo(Math.log(s / (1 - s)), within(1e-4));
  }

  @Test
  void stopsAtTheCap() {
    assertThat(new KlBudget(5, 3).value(context(EQUAL_ODDS, 1, 0))).isEqualTo(3);
  }

  @Test
  void isZeroWhereRewardsAreEqualOrTheCandidateIsAlone() {
    assertThat(new KlBudget(1, 3).value(context(EQUAL_ODDS, 2, 2))).isZero();
    assertThat(new KlBudget(1, 3).value(context(new double[] {-1}, 2))).isZero();
    assertThat(new KlBudget(0, 3).value(context(EQUAL_ODDS, 1, 0))).isZero();
  }

  @Test
  void endsWithExtremeNumbers() {
    double lambda = new KlBudget(0.1, 1e300).value(context(EQUAL_ODDS, 1e30, -1e30));

    assertThat(TiltedDistribution.of(EQUAL_ODDS, new double[] {1e30, -1e30}, lambda).kl())
        .isCloseTo(0.1, within(1e-6));
  }

  private static LambdaContext context(double[] logProbabilities, double... rewards) {
    return new LambdaContext(0, 1, logProbabilities, rewards, 1, 10);
  }
}
