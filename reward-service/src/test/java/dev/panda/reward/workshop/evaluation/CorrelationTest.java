package dev.panda.reward.workshop.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CorrelationTest {

  @Test
  void pearsonsUsesTheNumbers() {
    assertThat(Correlation.pearson(new double[] {1, 2, 3}, new double[] {-10, -20, -30}))
        .isCloseTo(-1, within(1e-12));
    // cov 1.5, variances 2 and 14 / 3 · 3
    assertThat(Correlation.pearson(new double[] {1, 2, 3}, new double[] {1, 5, 4}))
        .isCloseTo(3 / Math.sqrt(2 * 26 / 3.0), within(1e-12));
  }

  @Test
  void spearmansUsesTheRanks() {
    // ranks 1 2 3 4 5 against 2 1 4 3 5: 1 − 6 · 4 / (5 · 24)
    double[] x = {10, 20, 30, 40, 50};
    double[] y = {-4, -5, 7, 6, 1000};
    assertThat(Correlation.spearman(x, y)).isCloseTo(0.8, within(1e-12));
  }

  @Test
  void equalNumbersShareARank() {
    // ranks 1.5 1.5 3 against 1 2 3
    assertThat(Correlation.spearman(new double[] {5, 5, 9}, new double[] {1, 2, 3}))
        .isCloseTo(1.5 / Math.sqrt(1.5 * 2), within(1e-12));
  }

  @Test
  void isZeroIfOneIsConstant() {
    assertThat(Correlation.pearson(new double[] {1, 2}, new double[] {7, 7})).isZero();
    assertThat(Correlation.spearman(new double[] {7, 7}, new double[] {2, 1})).isZero();
  }
}
