package dev.panda.reward.workshop.fit;

/**
 * The loss of the paper's Eq. 4 for a linear reward r(x) = v · x: the mean of −log σ(v · (x_w −
 * x_l)) over the rows, plus l2/2 · |v|².
 *
 * @param differences x_w − x_l of each row, chosen minus rejected [rows × size]
 * @param size number of features
 * @param l2 strength of the penalty, positive
 */
public record BradleyTerryLoss(float[][] differences, int size, double l2) implements Objective {

  @Override
  public double evaluate(double[] v, double[] gradient) {
    double value = 0;
    for (int i = 0; i < size; i++) {
      gradient[i] = l2 * v[i];
      value += l2 / 2 * v[i] * v[i];
    }
    double share = 1.0 / differences.length;
    for (float[] difference : differences) {
      double margin = dot(v, difference);
      value += share * negativeLogSigmoid(margin);
      double slope = -share * sigmoid(-margin);
      for (int i = 0; i < size; i++) {
        gradient[i] += slope * difference[i];
      }
    }
    return value;
  }

  /** Mean of −log σ(margin), without the penalty. */
  public static double mean(double[] margins) {
    double sum = 0;
    for (double margin : margins) {
      sum += negativeLogSigmoid(margin);
    }
    return sum / margins.length;
  }

  public static double sigmoid(double x) {
    return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
  }

  public static double negativeLogSigmoid(double x) {
    return x >= 0 ? Math.log1p(Math.exp(-x)) : -x + Math.log1p(Math.exp(x));
  }

  /**
   * The dot product. It uses four sums, because with a single sum each addition would wait for the
   * previous one.
   */
  public static double dot(double[] v, float[] x) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < v.length; i += 4) {
      s0 += v[i] * x[i];
      s1 += v[i + 1] * x[i + 1];
      s2 += v[i + 2] * x[i + 2];
      s3 += v[i + 3] * x[i + 3];
    }
    for (; i < v.length; i++) {
      s0 += v[i] * x[i];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
