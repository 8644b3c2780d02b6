package dev.panda.reward.distillation;

import java.util.Collection;

/**
 * Mean and spread of each dimension of some vectors.
 *
 * @param mean [D]
 * @param deviation 1 where a dimension never varies [D]
 */
record Scale(float[] mean, float[] deviation) {

  static Scale of(Collection<float[]> vectors) {
    int size = vectors.iterator().next().length;
    double[] sum = new double[size];
    double[] squares = new double[size];
    for (float[] vector : vectors) {
      for (int i = 0; i < size; i++) {
        sum[i] += vector[i];
        squares[i] += (double) vector[i] * vector[i];
      }
    }
    float[] mean = new float[size];
    float[] deviation = new float[size];
    for (int i = 0; i < size; i++) {
      double m = sum[i] / vectors.size();
      double variance = squares[i] / vectors.size() - m * m;
      mean[i] = (float) m;
      deviation[i] = variance > 1e-12 ? (float) Math.sqrt(variance) : 1;
    }
    return new Scale(mean, deviation);
  }

  float[] apply(float[] vector) {
    float[] scaled = new float[vector.length];
    for (int i = 0; i < vector.length; i++) {
      scaled[i] = (vector[i] - mean[i]) / deviation[i];
    }
    return scaled;
  }
}
