package dev.panda.orchestrator.serving.decoding;

import java.util.Optional;

/**
 * The reward r_j of one preference: how it is read, bounded and normalised.
 *
 * @param preference its name
 * @param clip [a, b], the interval that each token's term, or with {@link RewardPooling#LAST} the
 *     raw reward, is clipped to; empty if there is no bound
 * @param mean of the raw rewards on the calibration set
 * @param standardDeviation of the raw rewards on the calibration set, positive
 */
public record PreferenceReward(
    String preference,
    RewardPooling pooling,
    Optional<Interval> clip,
    double mean,
    double standardDeviation) {
  /**
   * The reward service computes in float32 and in another order. The relative error is some 6e-8 an
   * operation, so bounds are widened by this share of the magnitudes involved, once for each token
   * whose term is not known.
   */
  private static final double MARGIN = 1e-6;

  public PreferenceReward {
    if (!Double.isFinite(mean)) {
      throw new IllegalArgumentException(
          "preference " + preference + ": mean: " + mean + " (expected: a finite number)");
    }
    if (!(standardDeviation > 0 && Double.isFinite(standardDeviation))) {
      throw new IllegalArgumentException(
          "preference "
              + preference
              + ": standard_deviation: "
              + standardDeviation
              + " (expected: a finite number > 0)");
    }
  }

  /** Converts a raw reward to a unit. */
  public double inUnit(RewardUnit unit, double raw) {
    return unit == RewardUnit.RAW ? raw : (raw - mean) / standardDeviation;
  }

  /**
   * Gives the reward of a finished response. It is the reward of the last token, or, with {@link
   * RewardPooling#INCREMENT}, the mean over all tokens.
   *
   * @param lastReward reward of the last token, in the unit
   * @param tokens number of tokens before it, n − 1
   * @param runningSum raw terms of those tokens, summed
   */
  double ofResponse(RewardUnit unit, double lastReward, int tokens, double runningSum) {
    if (pooling != RewardPooling.INCREMENT) {
      return lastReward;
    }
    double last = unit == RewardUnit.RAW ? lastReward : lastReward * standardDeviation + mean;
    return inUnit(unit, (runningSum + last) / (tokens + 1));
  }

  /**
   * Gives an interval that holds the reward of every candidate, before it is scored. With m
   * accepted tokens that the running sum S does not cover, a mean at length n lies in (S + (m +
   * 1)·[a, b])/n.
   *
   * @param t number of accepted tokens, so that n = t + 1
   * @param scoredTokens number of them that the running sum covers, at most t
   * @param runningSum S, raw
   */
  Interval bounds(RewardUnit unit, int t, int scoredTokens, double runningSum) {
    if (clip.isEmpty() || !Double.isFinite(runningSum)) {
      return Interval.UNBOUNDED;
    }
    if (scoredTokens > t) {
      throw new IllegalArgumentException(
          "preference "
              + preference
              + ", step "
              + t
              + ": scored tokens: "
              + scoredTokens
              + " (expected: at most "
              + t
              + ")");
    }
    Interval term = clip.get();
    boolean averaged = pooling == RewardPooling.MEAN;
    int unknown = averaged ? t - scoredTokens + 1 : 1;
    Interval raw = averaged ? term.times(unknown).plus(runningSum).times(1.0 / (t + 1)) : term;
    double magnitude = Math.max(term.magnitude(), raw.magnitude());
    if (unit == RewardUnit.NORMALISED) {
      magnitude = Math.max(magnitude, Math.abs(mean)) / standardDeviation;
    }
    return new Interval(inUnit(unit, raw.low()), inUnit(unit, raw.high()))
        .widen(MARGIN * unknown * Math.max(1, magnitude));
  }
}
