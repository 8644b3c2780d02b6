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
  /** In nats; the log-probabilities of candidates are below 100. */
  private static final double ROUNDING = 1e-3;

  private Pruning() {}

  /**
   * Gives the indices of the candidates that can win, ascending; all indices if a bound is not
   * finite.
   */
  static int[] survivors(double[] baseScores, double[] lambdas, Interval rewards) {
    Interval pull = pull(lambdas, rewards);
    double leader = Double.NEGATIVE_INFINITY;
    for (double baseScore : baseScores) {
      leader = Math.max(leader, baseScore + pull.low());
    }
    double worstOfLeader = leader;
    IntStream all = IntStream.range(0, baseScores.length);
    if (!Double.isFinite(pull.high()) || !Double.isFinite(leader)) {
      return all.toArray();
    }
    return all.filter(i -> baseScores[i] + pull.high() >= worstOfLeader).toArray();
  }

  /** Keeps those candidates that may reach the best score of others. */
  static int[] contenders(
      int[] candidates, double[] baseScores, double[] lambdas, Interval rewards, double best) {
    double most = pull(lambdas, rewards).high();
    return IntStream.of(candidates).filter(i -> !(baseScores[i] + most < best)).toArray();
  }

  /**
   * Gives the largest distance of a survivor's base score from the best one, for base scores that
   * are log-probabilities up to a constant. It is a little wide, because those are rounded to
   * float32, each kind for itself.
   */
  static double reach(double[] lambdas, Interval rewards) {
    Interval pull = pull(lambdas, rewards);
    double reach = pull.high() - pull.low() + ROUNDING;
    return Double.isFinite(reach) ? reach : Double.POSITIVE_INFINITY;
  }

  /** The largest and the least of max over m of λ_m·r, with any reward. */
  private static Interval pull(double[] lambdas, Interval rewards) {
    double atLow = pull(lambdas, rewards.low());
    double atHigh = pull(lambdas, rewards.high());
    double least = Math.min(atLow, atHigh);
    if (Double.isNaN(least)) {
      return Interval.UNBOUNDED; // λ = 0 and no bounds
    }
    return new Interval(rewards.contains(0) ? Math.min(least, 0) : least, Math.max(atLow, atHigh));
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
