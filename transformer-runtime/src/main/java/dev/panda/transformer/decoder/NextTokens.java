package dev.panda.transformer.decoder;

import java.util.Arrays;

/**
 * The likeliest next tokens, by descending logit, then ascending id.
 *
 * @param ids token ids [k]
 * @param logits logits [k], float32
 * @param logProbabilities natural logarithms of probabilities over the whole vocabulary [k]
 * @param entropy of the next token's distribution over the whole vocabulary, in nats
 */
public record NextTokens(int[] ids, float[] logits, float[] logProbabilities, float entropy) {

  /**
   * Whether the model's output is finite; NaN or infinity at any token of the vocabulary makes this
   * false.
   */
  public boolean isFinite() {
    return Float.isFinite(entropy) && Float.isFinite(logits[0] - logProbabilities[0]);
  }

  /** The first k tokens. */
  public NextTokens first(int k) {
    return k == ids.length
        ? this
        : new NextTokens(
            Arrays.copyOf(ids, k),
            Arrays.copyOf(logits, k),
            Arrays.copyOf(logProbabilities, k),
            entropy);
  }
}
