package dev.panda.reward.workshop.training;

import dev.panda.reward.workshop.evaluation.Quantile;
import dev.panda.transformer.reward.Calibration;
import dev.panda.transformer.reward.Clip;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.Readout;
import dev.panda.transformer.reward.RewardHead;
import dev.panda.transformer.workshop.training.TrainingException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The scale of a head's rewards: the interval to which its terms are clipped, and the calibration.
 */
record RewardScale(Readout readout, Calibration calibration) {

  /**
   * @param layer block after which the terms were read
   * @param clippedShare share of the terms to clip, half of it at either end; 0 for no clipping
   * @param responses w · h of each token of whole responses, at least one
   * @throws TrainingException if all rewards are equal
   */
  static RewardScale of(
      int layer,
      Pooling pooling,
      RewardHead head,
      double clippedShare,
      Collection<float[]> responses) {
    Readout readout = readout(layer, pooling, head, clippedShare, responses);
    double[][] terms = responses.stream().map(read -> terms(head, read)).toArray(double[][]::new);
    return new RewardScale(readout, calibration(readout, terms, all(terms)));
  }

  /** The readout with the clip alone; parameters as for {@link #of}. */
  static Readout readout(
      int layer,
      Pooling pooling,
      RewardHead head,
      double clippedShare,
      Collection<float[]> responses) {
    if (pooling == Pooling.LAST || clippedShare == 0) {
      return new Readout(layer, pooling, Optional.empty());
    }
    double[] all = all(responses.stream().map(read -> terms(head, read)).toArray(double[][]::new));
    return new Readout(
        layer,
        pooling,
        Optional.of(
            new Clip(Quantile.of(all, clippedShare / 2), Quantile.of(all, 1 - clippedShare / 2))));
  }

  private static double[] all(double[][] terms) {
    return Arrays.stream(terms).flatMapToDouble(Arrays::stream).toArray();
  }

  private static double[] terms(RewardHead head, float[] read) {
    return IntStream.range(0, read.length)
        .mapToDouble(i -> (double) read[i] + head.bias())
        .toArray();
  }

  private static Calibration calibration(Readout readout, double[][] terms, double[] all) {
    double[] rewards =
        switch (readout.pooling()) {
          case LAST -> Arrays.stream(terms).mapToDouble(t -> t[t.length - 1]).toArray();
          case MEAN ->
              Arrays.stream(terms)
                  .mapToDouble(t -> Arrays.stream(t).map(readout::term).average().orElseThrow())
                  .toArray();
          case INCREMENT -> Arrays.stream(all).map(readout::term).toArray();
        };
    double mean = Arrays.stream(rewards).average().orElseThrow();
    double variance =
        Arrays.stream(rewards).map(r -> (r - mean) * (r - mean)).average().orElseThrow();
    if (!(variance > 0)) {
      throw new TrainingException(
          "rewards: all " + mean + " on training responses (expected: different rewards)");
    }
    return new Calibration(mean, Math.sqrt(variance));
  }
}
