package dev.panda.transformer.checkpoint;

/**
 * Turns positions into angles: pair i of a head of dimension D turns by position ·
 * inverseFrequency_i.
 *
 * @param inverseFrequencies one for each pair that turns, with scaling applied [at most D / 2]; the
 *     head's other dimensions stay as they are
 * @param attentionFactor factor for cosine and sine; 1 except with YaRN and LongRoPE
 */
public record RotaryEmbedding(float[] inverseFrequencies, double attentionFactor) {

  /** Turns nothing. */
  public static final RotaryEmbedding NONE = new RotaryEmbedding(new float[0], 1);

  public RotaryEmbedding {
    for (float frequency : inverseFrequencies) {
      if (!Float.isFinite(frequency)) {
        throw new IllegalArgumentException(
            "inverse frequency: " + frequency + " (expected: finite)");
      }
    }
    if (!Double.isFinite(attentionFactor) || attentionFactor <= 0) {
      throw new IllegalArgumentException(
          "attention_factor: " + attentionFactor + " (expected: above 0)");
    }
  }

  /** Number of a head's dimensions that turn, from the first. */
  public int dimensions() {
    return 2 * inverseFrequencies.length;
  }
}
