package dev.panda.reward.workshop.evaluation;

import dev.panda.reward.workshop.fit.BradleyTerryLoss;
import java.util.ArrayList;
import java.util.List;

/**
 * How far σ(Δr) deviates from the probability that a response is the preferred one. Pairs are
 * sorted into ten equal bins by the confidence max(σ(Δr), 1 − σ(Δr)), from 0.5 to 1.
 */
public final class CalibrationError {
  private static final int BINS = 10;

  private CalibrationError() {}

  /**
   * Pairs of similar confidence.
   *
   * @param confidence mean confidence of the pairs, 0.5 to 1
   * @param correct share of the pairs whose chosen response has the higher reward, 0 to 1
   * @param pairs number of pairs, at least one
   */
  public record Bin(double confidence, double correct, int pairs) {}

  /**
   * The non-empty bins, by confidence.
   *
   * @param margins Δr, reward of chosen minus rejected
   */
  static List<Bin> bins(double[] margins) {
    double[] confidence = new double[BINS];
    double[] correct = new double[BINS];
    int[] pairs = new int[BINS];
    for (double margin : margins) {
      double sure = BradleyTerryLoss.sigmoid(Math.abs(margin));
      int bin = Math.min(BINS - 1, (int) ((sure - 0.5) * 2 * BINS));
      confidence[bin] += sure;
      correct[bin] += PairAccuracy.correct(margin);
      pairs[bin]++;
    }
    List<Bin> bins = new ArrayList<>();
    for (int bin = 0; bin < BINS; bin++) {
      if (pairs[bin] > 0) {
        bins.add(new Bin(confidence[bin] / pairs[bin], correct[bin] / pairs[bin], pairs[bin]));
      }
    }
    return bins;
  }

  /**
   * Expected calibration error: the mean distance between confidence and share of correct choices
   * over the bins, weighted by the bins' numbers of pairs.
   *
   * @param margins Δr, reward of chosen minus rejected, at least one
   */
  public static double expected(double[] margins) {
    return bins(margins).stream()
        .mapToDouble(
            bin -> Math.abs(bin.confidence() - bin.correct()) * bin.pairs() / margins.length)
        .sum();
  }
}
