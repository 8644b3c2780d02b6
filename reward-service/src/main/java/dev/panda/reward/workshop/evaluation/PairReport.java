package dev.panda.reward.workshop.evaluation;

import dev.panda.reward.serving.head.Accuracy;
import dev.panda.reward.serving.head.RewardCard;
import java.util.Arrays;
import java.util.List;

/**
 * What a reward model makes of a file of pairs. Rewards are those of whole responses.
 *
 * @param file its path, as it was named
 * @param sha256 of its bytes, in hexadecimal
 * @param pairs number of pairs that were scored
 * @param prompts number of different prompts among them
 * @param card of the reward model
 * @param trainedOn whether the reward model was trained on this very file
 * @param accuracies with both responses cut to the same share of their tokens
 * @param calibrationError expected calibration error of σ(Δr), 0 to 1
 * @param reliability confidence against share of right choices
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
   * @param percent share of the responses' tokens that is kept; 100 for whole responses
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
