package dev.panda.reward.serving.head;

/**
 * A linear head, w · h + b, with the standardisation of its features folded in.
 *
 * @param weight w, one number for each dimension of the hidden state [D]
 * @param bias b
 */
public record RewardHead(float[] weight, float bias) {
  public RewardHead {
    for (int i = 0; i < weight.length; i++) {
      if (!Float.isFinite(weight[i])) {
        throw new IllegalArgumentException(
            "weight[" + i + "]: " + weight[i] + " (expected: finite)");
      }
    }
    if (!Float.isFinite(bias)) {
      throw new IllegalArgumentException("bias: " + bias + " (expected: finite)");
    }
  }
}
