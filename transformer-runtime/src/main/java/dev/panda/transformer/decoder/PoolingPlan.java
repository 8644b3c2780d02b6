package dev.panda.transformer.decoder;

import java.util.Arrays;

/**
 * What a pooling reads, and where each part stands in its result, [ends × layers × 2 × hidden
 * size].
 *
 * @param start first token of the mean
 * @param ends end of each pooling, exclusive
 * @param at layers to read, from 1, in any order
 */
record PoolingPlan(int start, int[] ends, int[] at, int hiddenSize) {

  float[] emptyResult() {
    return new float[ends.length * at.length * 2 * hiddenSize];
  }

  /** Number of blocks to compute; 0 if there is nothing to read. */
  int blocks() {
    return ends.length == 0 ? 0 : Arrays.stream(at).max().orElse(0);
  }

  boolean reads(int layer) {
    return Arrays.stream(at).anyMatch(read -> read == layer);
  }

  /**
   * Puts a layer's part into the result.
   *
   * @param part [ends × 2 × hidden size]
   */
  void put(int layer, float[] part, float[] result) {
    int row = 2 * hiddenSize;
    for (int end = 0; end < ends.length; end++) {
      for (int i = 0; i < at.length; i++) {
        if (at[i] == layer) {
          System.arraycopy(part, end * row, result, (end * at.length + i) * row, row);
        }
      }
    }
  }
}
