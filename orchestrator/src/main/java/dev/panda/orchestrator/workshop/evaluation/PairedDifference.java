package dev.panda.orchestrator.workshop.evaluation;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The mean difference of a figure between two ways to answer the same prompts, with its 95 %
 * interval by a bootstrap over the prompts.
 *
 * @param mean mean of other − baseline
 * @param low lower end of the interval
 * @param high upper end of the interval
 */
public record PairedDifference(double mean, double low, double high) {
  private static final int RESAMPLES = 5000;

  /**
   * Compares prompt by prompt.
   *
   * @param baseline figures of the baseline, at least one [prompt]
   * @param other figures of the other way, for the same prompts [prompt]
   */
  public static PairedDifference of(double[] baseline, double[] other, long seed) {
    if (baseline.length == 0 || baseline.length != other.length) {
      throw new IllegalArgumentException(
          "figures: %d and %d (expected: as many, at least one)"
              .formatted(baseline.length, other.length));
    }
    double[] differences = new double[baseline.length];
    Arrays.setAll(differences, i -> other[i] - baseline[i]);
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[RESAMPLES];
    Arrays.setAll(means, i -> resampled(differences, random));
    Arrays.sort(means);
    return new PairedDifference(
        Arrays.stream(differences).average().orElseThrow(),
        means[(int) (0.025 * RESAMPLES)],
        means[(int) (0.975 * RESAMPLES)]);
  }

  private static double resampled(double[] differences, SplittableRandom random) {
    double sum = 0;
    for (int i = 0; i < differences.length; i++) {
      sum += differences[random.nextInt(differences.length)];
    }
    return sum / differences.length;
  }
}
