package dev.panda.reward.workshop.training;

import dev.panda.reward.serving.head.RewardHead;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Features with mean 0 and standard deviation 1, over all responses of some pairs or any vectors.
 *
 * @param mean of each feature [D]
 * @param deviation of each feature; 1 where it never varies [D]
 */
public record Standardisation(double[] mean, double[] deviation) {
  static Standardisation of(PairFeatures features) {
    return of(Stream.of(features.chosen(), features.rejected()).flatMap(Arrays::stream).toList());
  }

  /**
   * That of some vectors.
   *
   * @param vectors at least one, all of one length
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
    // Divided once: the mean of equal numbers is then exactly that number.
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

  /** A vector in units of the spread, around the mean. */
  public float[] apply(float[] vector) {
    float[] standardised = new float[vector.length];
    for (int i = 0; i < vector.length; i++) {
      standardised[i] = (float) ((vector[i] - mean[i]) / deviation[i]);
    }
    return standardised;
  }

  /** Standardised features of chosen minus those of rejected [rows × D]; the mean falls out. */
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

  /** The head w · h + b that gives v · (h − mean) / deviation. */
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
