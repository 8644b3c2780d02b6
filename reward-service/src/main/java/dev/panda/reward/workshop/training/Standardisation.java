package dev.panda.reward.workshop.training;

import dev.panda.transformer.reward.RewardHead;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Scales features to mean 0 and standard deviation 1 over the responses of pairs, or over other
 * vectors.
 *
 * @param mean of each feature [D]
 * @param deviation of each feature; 1 if the feature is constant [D]
 */
public record Standardisation(double[] mean, double[] deviation) {
  static Standardisation of(PairFeatures features) {
    return of(Stream.of(features.chosen(), features.rejected()).flatMap(Arrays::stream).toList());
  }

  /**
   * The standardisation of vectors.
   *
   * @param vectors at least one, all of the same length
   */
  public static Standardisation of(List<float[]> vectors) {
    double[] mean = new double[vectors.get(0).length];
    double[] squares = new double[mean.length];
    double count = vectors.size();
    for (float[] vector : vectors) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += vector[i];
      }
    }
    // Divide only once, so that the mean of equal numbers is exactly that number.
    Arrays.setAll(mean, i -> mean[i] / count);
    for (float[] vector : vectors) {
      for (int i = 0; i < mean.length; i++) {
        squares[i] += (vector[i] - mean[i]) * (vector[i] - mean[i]) / count;
      }
    }
    double[] deviation =
        Arrays.stream(squares).map(square -> square > 0 ? Math.sqrt(square) : 1).toArray();
    return new Standardisation(mean, deviation);
  }

  /** Standardises a vector. */
  public float[] apply(float[] vector) {
    float[] standardised = new float[vector.length];
    for (int i = 0; i < vector.length; i++) {
      standardised[i] = (float) ((vector[i] - mean[i]) / deviation[i]);
    }
    return standardised;
  }

  /**
   * Standardised features of chosen minus standardised features of rejected [rows × D]; the mean
   * cancels.
   */
  float[][] differences(PairFeatures features) {
    float[][] differences = new float[features.rows()][features.size()];
    for (int row = 0; row < differences.length; row++) {
      float[] chosen = features.chosen()[row];
      float[] rejected = features.rejected()[row];
      for (int i = 0; i < chosen.length; i++) {
        differences[row][i] = (float) ((chosen[i] - rejected[i]) / deviation[i]);
      }
    }
    return differences;
  }

  /** The head w · h + b that equals v · (h − mean) / deviation. */
  RewardHead fold(double[] v) {
    float[] weight = new float[v.length];
    double bias = 0;
    for (int i = 0; i < v.length; i++) {
      weight[i] = (float) (v[i] / deviation[i]);
      bias -= weight[i] * mean[i];
    }
    return new RewardHead(weight, (float) bias);
  }
}
