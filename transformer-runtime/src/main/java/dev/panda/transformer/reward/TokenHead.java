package dev.panda.transformer.reward;

/**
 * Estimates the terms of all candidates at once from the state h of the token before them, whereas
 * a head needs the state of each candidate (specification, Token heads). For a candidate z it
 * estimates the head's projection w · h_z as S h · f_z + o_z.
 *
 * @param states S, the projections of the state [R × D]
 * @param tokens f of each token, flattened [V × R]
 * @param offsets o of each token [V]
 */
public record TokenHead(float[][] states, float[] tokens, float[] offsets) {
  public TokenHead {
    if (states.length == 0 || tokens.length != (long) offsets.length * states.length) {
      throw new IllegalArgumentException(
          "tokens: %d numbers (expected: %d for each of the %d tokens)"
              .formatted(tokens.length, states.length, offsets.length));
    }
    for (float[] state : states) {
      RewardHead.WEIGHTS.check("states", state);
    }
    RewardHead.WEIGHTS.check("tokens", tokens);
    RewardHead.WEIGHTS.check("offsets", offsets);
  }

  /** Number R of projections of a state. */
  public int rank() {
    return states.length;
  }

  /** Number of tokens V. */
  public int vocabularySize() {
    return offsets.length;
  }

  /**
   * The estimated projections of candidates, without the head's bias [candidates].
   *
   * @param state h of the token before them [D]
   */
  public float[] projections(float[] state, int[] candidates) {
    float[] read = new float[states.length];
    for (int i = 0; i < read.length; i++) {
      double sum = 0;
      for (int d = 0; d < state.length; d++) {
        sum += (double) states[i][d] * state[d];
      }
      read[i] = (float) sum;
    }
    float[] projections = new float[candidates.length];
    for (int z = 0; z < projections.length; z++) {
      projections[z] = projection(read, 0, candidates[z]);
    }
    return projections;
  }

  /**
   * The estimated projection of a candidate, without the head's bias.
   *
   * @param readouts read-outs of the token before it
   * @param first column of the first of S's R projections
   */
  float projection(float[] readouts, int first, int candidate) {
    double sum = offsets[candidate];
    for (int i = 0; i < states.length; i++) {
      sum += (double) readouts[first + i] * tokens[candidate * states.length + i];
    }
    return (float) sum;
  }
}
