package dev.panda.transformer.decoder;

/**
 * Steps that a token head learns from, S of them, each with K candidates; D the hidden size.
 *
 * @param states of the token before the candidates [S × D]
 * @param embeddings of the candidates [S × K × D]
 * @param targets what is to be estimated [S × K]
 */
public record TokenHeadBatch(float[][] states, float[][][] embeddings, float[][] targets) {
  public TokenHeadBatch {
    boolean even = states.length > 0 && embeddings.length == states.length;
    even &= targets.length == states.length;
    for (int step = 0; even && step < states.length; step++) {
      even = states[step].length == states[0].length && targets[step].length == targets[0].length;
      even &= embeddings[step].length == targets[0].length;
      for (float[] embedding : embeddings[step]) {
        even &= embedding.length == states[0].length;
      }
    }
    if (!even) {
      throw new IllegalArgumentException(
          "steps: uneven (expected: of each a state, and as many embeddings as targets)");
    }
  }

  /** Number of steps S. */
  int steps() {
    return states.length;
  }

  /** Number of candidates K of a step. */
  int candidates() {
    return targets[0].length;
  }

  /** Hidden size D. */
  int hiddenSize() {
    return states[0].length;
  }
}
