package dev.panda.orchestrator.serving.decoding;

/**
 * A preference's share in the reward.
 *
 * @param weight w_j, finite, negative to avoid what the preference rewards
 */
public record WeightedReward(PreferenceReward model, double weight) {
  public WeightedReward {
    if (!Double.isFinite(weight)) {
      throw new IllegalArgumentException(
          "preference "
              + model.preference()
              + ": weight: "
              + weight
              + " (expected: a finite number)");
    }
  }
}
