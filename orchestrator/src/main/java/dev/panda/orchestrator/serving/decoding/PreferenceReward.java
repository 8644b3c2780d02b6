package dev.panda.orchestrator.serving.decoding;

import java.util.Optional;

/**
 * A preference's reward model r_j, as far as decoding knows it.
 *
 * @param preference its name
 * @param clip [a, b], the interval that each token's term, or with {@link RewardPooling#LAST} the
 *     raw reward, is clipped to; empty where it is not bounded
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
   * Rewards come from float32 arithmetic in another order than ours. Their relative error is some
   * 6e-8 an operation, so bounds are widened by this share of the magnitudes involved, once for
   * each token whose term is not known.
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

  /** A raw reward in the given unit. */
  public double inUnit(RewardUnit unit, double raw) {
    return unit == RewardUnit.RAW ? raw : (raw - mean) / standardDeviation;
  }

  /**
   * The reward of a finished response: its last token's, or with {@link RewardPooling#INCREMENT},
   * where that is the last token's alone, the mean over all tokens.
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
   * Where the reward of any candidate must lie before it is scored. With m accepted tokens that the
   * running sum S does not cover, a mean at length n lies in (S + (m + 1)·[a, b])/n.
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
