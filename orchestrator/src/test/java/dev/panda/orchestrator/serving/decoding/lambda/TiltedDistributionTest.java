package dev.panda.orchestrator.serving.decoding.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TiltedDistributionTest {
  private static final double[] BASE = {Math.log(0.2), Math.log(0.1), Math.log(0.1)};

  @Test
  void tiltsByTheReward() {
    double[] rewards = {0, Math.log(4), 0};

    TiltedDistribution tilted = TiltedDistribution.of(BASE, rewards, 1);

    // (0.2, 0.4, 0.1)/0.7 against (0.5, 0.25, 0.25)
    assertThat(tilted.probabilities())
        .containsExactly(new double[] {2 / 7.0, 4 / 7.0, 1 / 7.0}, within(1e-12));
    double kl =
        2 / 7.0 * Math.log(4 / 7.0) + 4 / 7.0 * Math.log(16 / 7.0) + 1 / 7.0 * Math.log(4 / 7.0);
    assertThat(tilted.kl()).isCloseTo(kl, within(1e-12));
  }

  @Test
  void isTheBaseWithoutTilt() {
    TiltedDistribution tilted = TiltedDistribution.of(BASE, new double[] {5, -7, 9}, 0);

    assertThat(tilted.probabilities())
        .containsExactly(new double[] {0.5, 0.25, 0.25}, within(1e-12));
    assertThat(tilted.kl()).isZero();
  }

  @Test
  void staysFiniteWithExtremeTilts() {
    double[] rewards = {0, 1e200, -1e200};

    assertThat(TiltedDistribution.of(BASE, rewards, 1e200).probabilities())
        .containsExactly(0, 1, 0);
    assertThat(TiltedDistribution.of(BASE, rewards, -1e200).kl())
        .isCloseTo(Math.log(4), within(1e-12));
  }
}
