package dev.panda.reward.workshop.training;

import dev.panda.transformer.reward.RewardHead;

/**
 * A head on standardised features: v · (h − mean) / deviation.
 *
 * @param v [D]
 */
record StandardisedHead(Standardisation standardisation, double[] v) {

  /** The same head on unstandardised features. */
  RewardHead folded() {
    return standardisation.fold(v);
  }
}
