package dev.panda.reward.workshop.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramTest {

  @Test
  void countsEachValueInTheBinThatHasItsLowerEdge() {
    double[] chosen = {0.1, 0.9, 1, 2.2};
    double[] rejected = {-0.3, 4};

    Histogram histogram = Histogram.of(chosen, rejected);

    assertThat(histogram.edges()).containsExactly(-1, 0, 1, 2, 3, 4, 5);
    assertThat(histogram.chosen()).containsExactly(0, 2, 1, 1, 0, 0);
    assertThat(histogram.rejected()).containsExactly(1, 0, 0, 0, 0, 1);
  }

  @Test
  void losesNothingAndHasNoMoreBinsThanCanBeSeen() {
    Random random = new Random(5);
    double[] chosen = random.doubles(4000, -0.07, 0.13).toArray();
    double[] rejected = random.doubles(4000, -0.2, 0.1).toArray();

    Histogram histogram = Histogram.of(chosen, rejected);

    assertThat(Arrays.stream(histogram.chosen()).sum()).isEqualTo(4000);
    assertThat(Arrays.stream(histogram.rejected()).sum()).isEqualTo(4000);
    assertThat(histogram.chosen()).hasSizeBetween(10, 31);
    assertThat(histogram.edges()[1] - histogram.edges()[0]).isCloseTo(0.02, within(1e-9));
  }

  @Test
  void equalValuesAreOneBin() {
    Histogram histogram = Histogram.of(new double[] {2.5}, new double[] {2.5, 2.5});

    assertThat(histogram.edges()).containsExactly(2, 3);
    assertThat(histogram.chosen()).containsExactly(1);
    assertThat(histogram.rejected()).containsExactly(2);
  }
}
