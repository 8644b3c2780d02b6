package dev.panda.reward.workshop.evaluation;

import java.util.Arrays;

/**
 * A vector that is mostly zero.
 *
 * @param indices of the non-zero values, ascending [n]
 * @param values at the indices [n]
 */
public record SparseRow(int[] indices, float[] values) {

  public double dot(double[] weights) {
    double sum = 0;
    for (int i = 0; i < indices.length; i++) {
      sum += weights[indices[i]] * values[i];
    }
    return sum;
  }

  /** This row minus another. */
  public SparseRow minus(SparseRow other) {
    int[] merged = new int[indices.length + other.indices.length];
    float[] differences = new float[merged.length];
    int n = 0;
    int a = 0;
    int b = 0;
    while (a < indices.length || b < other.indices.length) {
      int left = a < indices.length ? indices[a] : Integer.MAX_VALUE;
      int right = b < other.indices.length ? other.indices[b] : Integer.MAX_VALUE;
      int index = Math.min(left, right);
      float value = 0;
      if (left == index) {
        value += values[a++];
      }
      if (right == index) {
        value -= other.values[b++];
      }
      if (value != 0) {
        merged[n] = index;
        differences[n++] = value;
      }
    }
    return new SparseRow(Arrays.copyOf(merged, n), Arrays.copyOf(differences, n));
  }
}
