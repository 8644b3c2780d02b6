package dev.panda.reward.workshop.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.panda.transformer.reward.Accuracy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairAccuracyTest {

  @Test
  void countsTiesHalf() {
    assertThat(PairAccuracy.of(List.of(new double[] {1, -1}, new double[] {0, 2}), 1).value())
        .isEqualTo(0.625);
  }

  @Test
  void theIntervalHoldsTheValueAndWidensWithPairsOfOnePrompt() {
    Random random = new Random(3);
    List<double[]> alone = new ArrayList<>();
    List<double[]> together = new ArrayList<>();
    for (int prompt = 0; prompt < 40; prompt++) {
      double[] equal = new double[10];
      Arrays.fill(equal, random.nextInt(10) < 7 ? 1 : -1);
      together.add(equal);
      for (double margin : equal) {
        alone.add(new double[] {margin});
      }
    }

    Accuracy byPrompt = PairAccuracy.of(together, 1);
    Accuracy byPair = PairAccuracy.of(alone, 1);

    assertThat(byPrompt.value()).isBetween(byPrompt.low(), byPrompt.high());
    assertThat(byPrompt.value()).isCloseTo(byPair.value(), within(1e-12));
    assertThat(byPrompt.high() - byPrompt.low()).isGreaterThan(2 * (byPair.high() - byPair.low()));
    assertThat(PairAccuracy.of(together, 1)).isEqualTo(byPrompt);
  }

  @Test
  void quantilesLieBetweenSortedValues() {
    double[] values = {4, 1, 3, 2};

    assertThat(Quantile.of(values, 0)).isEqualTo(1);
    assertThat(Quantile.of(values, 0.5)).isEqualTo(2.5);
    assertThat(Quantile.of(values, 1)).isEqualTo(4);
    assertThat(values).containsExactly(4, 1, 3, 2);
  }

  @Test
  void calibrationErrorIsTheDistanceOfConfidenceAndAccuracy() {
    double sure = Math.log(9); // σ = 0.9

    assertThat(CalibrationError.expected(new double[] {sure, sure, sure, -sure}))
        .isCloseTo(0.15, within(1e-9));
    double[] calibrated = {sure, sure, sure, sure, sure, sure, sure, sure, sure, -sure};
    assertThat(CalibrationError.expected(calibrated)).isCloseTo(0, within(1e-9));
    assertThat(CalibrationError.expected(new double[] {1e9})).isCloseTo(0, within(1e-9));
  }

  @Test
  void binsHoldPairsOfLikeConfidenceWhicheverResponseWon() {
    double sure = Math.log(9); // σ = 0.9
    double unsure = Math.log(1.6); // σ = 8 / 13

    List<CalibrationError.Bin> bins =
        CalibrationError.bins(new double[] {sure + 0.1, unsure, -unsure, 0, -sure - 0.1, unsure});

    assertThat(bins).extracting(CalibrationError.Bin::pairs).containsExactly(1, 3, 2);
    assertThat(bins.get(0)).isEqualTo(new CalibrationError.Bin(0.5, 0.5, 1));
    assertThat(bins.get(1).confidence()).isCloseTo(8.0 / 13, within(1e-9));
    assertThat(bins.get(1).correct()).isCloseTo(2.0 / 3, within(1e-9));
    assertThat(bins.get(2).correct()).isEqualTo(0.5);
  }
}
