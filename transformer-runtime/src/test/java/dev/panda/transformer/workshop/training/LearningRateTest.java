package dev.panda.transformer.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateTest {
  private static final LearningRate RATE = new LearningRate(0.5, 10);

  @Test
  void risesLinearlyWhateverTheTotal() {
    assertThat(RATE.at(1, 0)).isCloseTo(0.05, within(1e-12));
    assertThat(RATE.at(5, 100)).isCloseTo(0.25, within(1e-12));
    assertThat(RATE.at(10, 1000)).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void fallsAlongACosine() {
    assertThat(RATE.at(55, 99)).isCloseTo(0.25, within(1e-12));
    for (long update = 11; update <= 99; update++) {
      assertThat(RATE.at(update, 99)).isLessThan(RATE.at(update - 1, 99)).isPositive();
    }
    assertThat(RATE.at(99, 99)).isLessThan(0.001);
  }
}
