package dev.panda.reward.training;

/** How far σ(Δr) can be read as the probability that a response is the preferred one. */
final class CalibrationError {
  private static final int BINS = 10;

  private CalibrationError() {}

  /**
   * Expected calibration error: over ten equal bins of the confidence max(σ(Δr), 1 − σ(Δr)), the
   * mean distance between confidence and share of right choices, weighted by the bins' pairs.
   *
   * @param margins Δr, reward of chosen minus rejected, at least one
   */
  static double expected(double[] margins) {
    double[] confidence = new double[BINS];
    double[] correct = new double[BINS];
    for (double margin : margins) {
      double sure = BradleyTerryLoss.sigmoid(Math.abs(margin));
      int bin = Math.min(BINS - 1, (int) ((sure - 0.5) * 2 * BINS));
      confidence[bin] += sure;
      correct[bin] += PairAccuracy.correct(margin);
    }
    double error = 0;
    for (int bin = 0; bin < BINS; bin++) {
      error += Math.abs(confidence[bin] - correct[bin]) / margins.length;
    }
    return error;
  }
}
