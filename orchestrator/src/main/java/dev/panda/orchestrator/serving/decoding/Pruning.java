package dev.panda.orchestrator.serving.decoding;

import java.util.stream.IntStream;

/**
 * Finds the candidates that can win before their rewards are known.
 *
 * <p>With base scores s_b(z), values λ_m and every reward in [l, h], a candidate scores at most
 * s_b(z) + max over m and r in {l, h} of λ_m·r, and at least s_b(z) + min over r in {l, h}, and
 * over 0 if [l, h] contains it, of max over m of λ_m·r: max over m is convex in r and linear on
 * either side of 0. If the upper bound of a candidate is strictly below the lower bound of another,
 * the candidate cannot win. The bounds use the same sums and products as the scores, and rounding
 * never reverses an order, so this holds in floating point as well.
 */
final class Pruning {
  private Pruning() {}

  /**
   * Gives the indices of the candidates that can win, ascending; all indices if a bound is not
   * finite.
   */
  static int[] survivors(double[] baseScores, double[] lambdas, Interval rewards) {
    double most = Math.max(pull(lambdas, rewards.low()), pull(lambdas, rewards.high()));
    double least = Math.min(pull(lambdas, rewards.low()), pull(lambdas, rewards.high()));
    if (rewards.contains(0)) {
      least = Math.min(least, 0);
    }
    double leader = Double.NEGATIVE_INFINITY;
    for (double baseScore : baseScores) {
      leader = Math.max(leader, baseScore + least);
    }
    double worstOfLeader = leader;
    double bestPull = most;
    IntStream all = IntStream.range(0, baseScores.length);
    if (!Double.isFinite(most) || !Double.isFinite(leader)) {
      return all.toArray();
    }
    return all.filter(i -> baseScores[i] + bestPull >= worstOfLeader).toArray();
  }

  /** max over m of λ_m·r. */
  private static double pull(double[] lambdas, double r) {
    double pull = Double.NEGATIVE_INFINITY;
    for (double lambda : lambdas) {
      pull = Math.max(pull, lambda * r);
    }
    return pull;
  }
}
