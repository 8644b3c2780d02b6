package dev.panda.transformer.decoder;

/**
 * S training steps for a token head; D is the hidden size.
 *
 * @param states hidden states of the token before [S × D]
 * @param embeddings of the next token [S × D]
 * @param targets numbers to estimate [S]
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
          "steps: uneven (expected: for each a state, an embedding of the same length, and a target)");
    }
  }
}
