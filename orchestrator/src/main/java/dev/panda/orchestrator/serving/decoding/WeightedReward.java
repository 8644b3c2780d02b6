package dev.panda.orchestrator.serving.decoding;

/**
 * The reward of one preference with its weight.
 *
 * @param weight w_j, finite; a negative weight avoids what the preference rewards
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
