package dev.panda.reward.workshop.distillation;

import java.util.Arrays;

/**
 * A model's embedding of its tokens.
 *
 * @param values flattened [V × D]
 */
record Embeddings(float[] values, int size) {

  float[] of(int token) {
    return Arrays.copyOfRange(values, token * size, (token + 1) * size);
  }

  int vocabularySize() {
    return values.length / size;
  }
}
