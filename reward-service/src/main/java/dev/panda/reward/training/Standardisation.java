package dev.panda.reward.training;

import dev.panda.reward.head.RewardHead;
import java.util.Arrays;

/**
 * Features with mean 0 and standard deviation 1 over all responses of some pairs.
 *
 * @param mean of each feature [D]
 * @param deviation of each feature; 1 where it never varies [D]
 */
record Standardisation(double[] mean, double[] deviation) {

  static Standardisation of(PairFeatures features) {
    double[] mean = new double[features.size()];
    double[] squares = new double[features.size()];
    float[][][] sides = {features.chosen(), features.rejected()};
    double count = 2.0 * features.rows();
    for (float[][] side : sides) {
      for (float[] row : side) {
        for (int i = 0; i < row.length; i++) {
          mean[i] += row[i] / count;
        }
      }
    }
    for (float[][] side : sides) {
      for (float[] row : side) {
        for (int i = 0; i < row.length; i++) {
          squares[i] += (row[i] - mean[i]) * (row[i] - mean[i]) / count;
        }
      }
    }
    return new Standardisation(
        mean, Arrays.stream(squares).map(v -> v > 0 ? Math.sqrt(v) : 1).toArray());
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
