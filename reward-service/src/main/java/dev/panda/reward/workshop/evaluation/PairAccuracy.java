package dev.panda.reward.workshop.evaluation;

import dev.panda.transformer.reward.Accuracy;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** The share of pairs whose chosen response has the higher reward; a tie counts half. */
public final class PairAccuracy {
  private static final int RESAMPLES = 2000;

  private PairAccuracy() {}

  /**
   * Accuracy with a bootstrap interval. Pairs of one prompt are not independent, so the bootstrap
   * draws prompts, each with all of its pairs.
   *
   * @param margins reward of chosen minus rejected [prompt][pair], none of them empty
   */
  public static Accuracy of(List<double[]> margins, long seed) {
    double[] correct = margins.stream().mapToDouble(PairAccuracy::correct).toArray();
    double[] pairs = margins.stream().mapToDouble(prompt -> prompt.length).toArray();
    double[] resampled = new double[RESAMPLES];
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < RESAMPLES; i++) {
      double hits = 0;
      double drawn = 0;
      for (int j = 0; j < pairs.length; j++) {
        int prompt = random.nextInt(pairs.length);
        hits += correct[prompt];
        drawn += pairs[prompt];
      }
      resampled[i] = hits / drawn;
    }
    return new Accuracy(
        Arrays.stream(correct).sum() / Arrays.stream(pairs).sum(),
        Quantile.of(resampled, 0.025),
        Quantile.of(resampled, 0.975));
  }

  /** Number of margins above zero; a margin of zero counts half. */
  public static double correct(double[] margins) {
    return Arrays.stream(margins).map(PairAccuracy::correct).sum();
  }

  public static double correct(double margin) {
    if (margin == 0) {
      return 0.5;
    }
    return margin > 0 ? 1 : 0;
  }
}
