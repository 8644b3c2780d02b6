package dev.panda.reward.workshop.evaluation;

import dev.panda.transformer.reward.Accuracy;
import dev.panda.transformer.reward.RewardCard;
import java.util.Arrays;
import java.util.List;

/**
 * The results of a reward model on a file of pairs. Rewards are for whole responses.
 *
 * @param file path of the file, as given
 * @param sha256 of the file's bytes, in hexadecimal
 * @param pairs number of scored pairs
 * @param prompts number of different prompts among them
 * @param card of the reward model
 * @param trainedOn whether the reward model was trained on this file
 * @param accuracies with both responses cut to the same share of their tokens
 * @param calibrationError expected calibration error of σ(Δr), 0 to 1
 * @param reliability confidence and share of correct choices
 * @param spread of the raw rewards
 * @param chosen normalised rewards [pair]
 * @param rejected normalised rewards [pair]
 */
public record PairReport(
    String file,
    String sha256,
    int pairs,
    int prompts,
    RewardCard card,
    boolean trainedOn,
    List<CutAccuracy> accuracies,
    double calibrationError,
    List<CalibrationError.Bin> reliability,
    Spread spread,
    double[] chosen,
    double[] rejected) {

  public PairReport {
    accuracies = List.copyOf(accuracies);
    reliability = List.copyOf(reliability);
  }

  /**
   * Accuracy at a cut.
   *
   * @param percent share of the responses' tokens that the cut keeps; 100 for whole responses
   */
  public record CutAccuracy(int percent, Accuracy accuracy) {}

  /** Mean and standard deviation of numbers. */
  public record Spread(double mean, double standardDeviation) {

    /**
     * @param values at least one
     */
    static Spread of(double[] values) {
      double mean = Arrays.stream(values).average().orElseThrow();
      double variance =
          Arrays.stream(values)
              .map(value -> (value - mean) * (value - mean))
              .average()
              .orElseThrow();
      return new Spread(mean, Math.sqrt(variance));
    }
  }
}
