package dev.panda.transformer.checkpoint;

/**
 * Turns positions into angles: pair i of a head of dimension D turns by position ·
 * inverseFrequency_i.
 *
 * @param inverseFrequencies one for each pair of a head's dimensions [D / 2], with scaling applied
 * @param attentionFactor factor for cosine and sine; 1 except with YaRN
 */
public record RotaryEmbedding(float[] inverseFrequencies, double attentionFactor) {

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
}
