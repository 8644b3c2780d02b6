package dev.panda.orchestrator.workshop.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PairedDifferenceTest {
  @Test
  void isExactIfEveryPromptDiffersAlike() {
    PairedDifference difference =
        PairedDifference.of(new double[] {1, 5, 3}, new double[] {3, 7, 5}, 0);

    assertThat(difference).isEqualTo(new PairedDifference(2, 2, 2));
  }

  @Test
  void intervalIsTheMeansOwn() {
    Random random = new Random(1);
    double[] baseline = random.doubles(400).toArray();
    double[] other = new double[400];
    for (int i = 0; i < other.length; i++) {
      other[i] = baseline[i] + 0.5 + random.nextGaussian();
    }

    PairedDifference difference = PairedDifference.of(baseline, other, 0);

    // 1.96 standard errors of 1/20 on either side
    assertThat(difference.high() - difference.low()).isCloseTo(0.196, within(0.03));
    assertThat(difference.low()).isLessThan(difference.mean());
    assertThat(difference.high()).isGreaterThan(difference.mean());
  }

  @Test
  void refusesFiguresThatDoNotPair() {
    assertThatThrownBy(() -> PairedDifference.of(new double[1], new double[2], 0))
        .hasMessage("figures: 1 and 2 (expected: as many, at least one)");
  }
}
