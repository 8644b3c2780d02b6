package dev.panda.transformer.checkpoint;

/**
 * How positions become angles: pair i of a head of dimension D turns by position ·
 * inverseFrequency_i.
 *
 * @param inverseFrequencies one for each pair of a head's dimensions [D / 2], scaling already
 *     applied
 * @param attentionFactor what cosine and sine are multiplied with; 1 but for YaRN
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
