package dev.panda.reward.workshop.evaluation;

import java.util.Arrays;

/** Quantiles of a sample, interpolated linearly between its sorted values. */
public final class Quantile {
  private Quantile() {}

  /**
   * The quantile at a share.
   *
   * @param values at least one, in any order; not modified
   * @param share 0 to 1
   */
  public static double of(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double position = share * (sorted.length - 1);
    int below = (int) Math.floor(position);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
