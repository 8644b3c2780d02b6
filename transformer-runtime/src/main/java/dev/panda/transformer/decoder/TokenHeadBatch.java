package dev.panda.transformer.decoder;

/**
 * Steps that a token head learns from, S of them; D the hidden size.
 *
 * @param states of the token before [S × D]
 * @param embeddings of the token that came next [S × D]
 * @param targets what is to be estimated [S]
 */
public record TokenHeadBatch(float[][] states, float[][] embeddings, float[] targets) {
  public TokenHeadBatch {
    boolean even = states.length > 0 && embeddings.length == states.length;
    even &= targets.length == states.length;
    for (int step = 0; even && step < states.length; step++) {
      even = states[step].length == states[0].length;
      even &= embeddings[step].length == states[0].length;
    }
    if (!even) {
      throw new IllegalArgumentException(
          "steps: uneven (expected: of each a state, an embedding as long, and a target)");
    }
  }
}
