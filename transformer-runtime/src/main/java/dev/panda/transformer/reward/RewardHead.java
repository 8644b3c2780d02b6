package dev.panda.transformer.reward;

import dev.panda.transformer.checkpoint.Bounds;

/**
 * A linear head, w · h + b, with the standardisation of its features folded in.
 *
 * @param weight w, one number for each dimension of the hidden state [D]
 * @param bias b
 */
public record RewardHead(float[] weight, float bias) {
  static final Bounds WEIGHTS = Bounds.within(1e9);

  public RewardHead {
    WEIGHTS.check("weight", weight);
    WEIGHTS.check("bias", bias);
  }
}
