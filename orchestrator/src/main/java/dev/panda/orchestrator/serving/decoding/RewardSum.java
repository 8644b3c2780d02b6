package dev.panda.orchestrator.serving.decoding;

import java.util.List;

/**
 * The reward of several preferences: r = Σ_j w_j·r_j, each r_j in the same unit.
 *
 * @param terms one for each preference, in the order of reward matrices and running sums
 */
public record RewardSum(List<WeightedReward> terms, RewardUnit unit) {
  public RewardSum {
    terms = List.copyOf(terms);
  }

  /**
   * Sums the preferences' rewards of scored candidates.
   *
   * @param t step, for messages
   * @param candidates indices into Z, strictly ascending [scored]
   * @param rewards in this sum's unit, the preference varying fastest [scored × preference]
   * @throws DecodingException if a reward is not a finite number; it names preference and step
   */
  public Rewards of(int t, int[] candidates, double[] rewards) {
    if (rewards.length != candidates.length * terms.size()) {
      throw new IllegalArgumentException(
          "rewards: "
              + rewards.length
              + " (expected: "
              + candidates.length
              + " candidates x "
              + terms.size()
              + " preferences)");
    }
    double[] sums = new double[candidates.length];
    for (int i = 0; i < sums.length; i++) {
      for (int j = 0; j < terms.size(); j++) {
        sums[i] += terms.get(j).weight() * requireFinite(t, j, rewards[i * terms.size() + j]);
      }
    }
    return new Rewards(candidates, sums);
  }

  /**
   * Gives the rewards of a finished response [preference], unweighted.
   *
   * @param lastRewards rewards of its last token [preference]
   * @param before what the reward models said of all tokens before it
   */
  public double[] ofResponse(double[] lastRewards, ScoredPrefix before) {
    double[] rewards = new double[terms.size()];
    for (int j = 0; j < rewards.length; j++) {
      PreferenceReward model = terms.get(j).model();
      double last = requireFinite(before.tokens()[j], j, lastRewards[j]);
      rewards[j] = model.ofResponse(unit, last, before.tokens()[j], before.runningSums()[j]);
    }
    return rewards;
  }

  /** Σ_j w_j·r_j of rewards [preference]. */
  public double weighted(double[] rewards) {
    double sum = 0;
    for (int j = 0; j < rewards.length; j++) {
      sum += terms.get(j).weight() * rewards[j];
    }
    return sum;
  }

  /**
   * Gives an interval that holds the reward of every candidate of step t, before it is scored. The
   * interval is unbounded if that of a preference is.
   *
   * @param prefix what the reward models last said, with one running sum for each preference
   */
  public Interval bounds(int t, ScoredPrefix prefix) {
    Interval sum = Interval.ZERO;
    for (int j = 0; j < terms.size(); j++) {
      WeightedReward term = terms.get(j);
      if (term.weight() == 0) {
        continue;
      }
      Interval bounds = term.model().bounds(unit, t, prefix.tokens()[j], prefix.runningSums()[j]);
      sum = sum.plus(bounds.times(term.weight()));
    }
    return sum;
  }

  private double requireFinite(int t, int preference, double reward) {
    if (!Double.isFinite(reward)) {
      throw new DecodingException(
          DecodingException.Reason.REWARD_NOT_FINITE,
          "preference "
              + terms.get(preference).model().preference()
              + ", step "
              + t
              + ": reward: "
              + reward
              + " (expected: a finite number)");
    }
    return reward;
  }
}
