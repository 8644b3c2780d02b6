package dev.panda.transformer.reward;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;

/**
 * How a reward model was made.
 *
 * @param method description for people
 * @param data the training pairs
 * @param selection choice of the readout
 * @param adaptation training of the backbone; empty if it stayed frozen
 * @param calibration the responses that clip, mean and standard deviation come from; empty on the
 *     cards of earlier versions
 * @param evaluation results on pairs whose prompts it was not trained on
 * @param counterpart empty if the model has no guide or judge
 * @param backboneFingerprint SHA-256 of the backbone's weights, in hexadecimal
 * @param numerics format of the backbone's weights during training
 * @param seed of every random choice
 * @param command that reproduces it, with files named without their folders
 */
public record TrainingRecord(
    @JsonProperty(required = true) String method,
    @JsonProperty(required = true) Data data,
    @JsonProperty(required = true) Selection selection,
    Optional<Adaptation> adaptation,
    Optional<CalibrationSample> calibration,
    @JsonProperty(required = true) Evaluation evaluation,
    Optional<Counterpart> counterpart,
    @JsonProperty(required = true) String backboneFingerprint,
    @JsonProperty(required = true) String numerics,
    @JsonProperty(required = true) long seed,
    @JsonProperty(required = true) String command) {

  /**
   * Training pairs.
   *
   * @param file name of the file
   * @param sha256 of its bytes, in hexadecimal
   * @param origin of the pairs, for people
   * @param pairs number of pairs that the head was fitted to
   * @param prompts number of different prompts among them
   * @param skippedLines number of unusable lines
   */
  public record Data(
      @JsonProperty(required = true) String file,
      @JsonProperty(required = true) String sha256,
      @JsonProperty(required = true) String origin,
      @JsonProperty(required = true) String licence,
      @JsonProperty(required = true) int pairs,
      @JsonProperty(required = true) int prompts,
      @JsonProperty(required = true) int skippedLines) {
    public Data {
      requirePositive("pairs", pairs);
      requirePositive("prompts", prompts);
    }
  }

  /**
   * The choice among readouts, based on validation pairs, whose prompts were split off from the
   * training pairs.
   *
   * @param pairs number of validation pairs
   * @param prompts number of different prompts among them
   * @param penalty strength of the L2 penalty, on standardised features
   * @param refit whether the head was then fitted to all pairs, including the validation pairs
   * @param searched all readouts, best first
   */
  public record Selection(
      @JsonProperty(required = true) int pairs,
      @JsonProperty(required = true) int prompts,
      @JsonProperty(required = true) double penalty,
      @JsonProperty(required = true) boolean refit,
      @JsonProperty(required = true) List<Searched> searched) {
    public Selection {
      searched = List.copyOf(searched);
    }
  }

  /**
   * A readout in the search.
   *
   * @param accuracy on the validation pairs, the mean over the shares that responses were cut to
   */
  public record Searched(
      @JsonProperty(required = true) int layer,
      @JsonProperty(required = true) Pooling pooling,
      @JsonProperty(required = true) double accuracy) {}

  /**
   * Training of the backbone, which began with the best head on the original backbone.
   *
   * @param weights number of trained weights
   * @param updates number of updates performed
   * @param bestUpdate number of the update whose weights were kept
   * @param measurements on the validation pairs, the first before any update
   */
  public record Adaptation(
      @JsonProperty(required = true) long weights,
      @JsonProperty(required = true) long updates,
      @JsonProperty(required = true) long bestUpdate,
      @JsonProperty(required = true) List<Measurement> measurements) {
    public Adaptation {
      measurements = List.copyOf(measurements);
    }
  }

  /**
   * Results on the validation pairs after an update.
   *
   * @param loss mean of −log σ(Δr) over the pairs and the shares that responses were cut to
   * @param accuracy mean over these shares
   */
  public record Measurement(
      @JsonProperty(required = true) long update,
      @JsonProperty(required = true) double loss,
      @JsonProperty(required = true) double accuracy) {}

  /**
   * The sample of the training responses that rewards are calibrated on: the first in the order of
   * their hashes.
   *
   * @param responses number of whole responses
   * @param tokens number of their tokens
   * @param readAgain whether they were read in a pass of their own, with the trained weights of the
   *     backbone, rather than in the pass that made the features
   */
  public record CalibrationSample(
      @JsonProperty(required = true) int responses,
      @JsonProperty(required = true) int tokens,
      @JsonProperty(required = true) boolean readAgain) {
    public CalibrationSample {
      requirePositive("responses", responses);
      requirePositive("tokens", tokens);
    }
  }

  /**
   * Held-out pairs and the results on them.
   *
   * @param file name of the file of pairs
   * @param sha256 of its bytes, in hexadecimal
   * @param calibrationError expected calibration error of σ(Δr) on whole responses, 0 to 1
   */
  public record Evaluation(
      @JsonProperty(required = true) String file,
      @JsonProperty(required = true) String sha256,
      @JsonProperty(required = true) int pairs,
      @JsonProperty(required = true) int prompts,
      @JsonProperty(required = true) List<HeldOutAccuracy> accuracies,
      @JsonProperty(required = true) double calibrationError) {
    public Evaluation {
      requirePositive("pairs", pairs);
      requirePositive("prompts", prompts);
      accuracies = List.copyOf(accuracies);
    }
  }

  /**
   * The other of two reward models of one preference, a guide and a judge. The two were trained on
   * disjoint prompts and read the backbone at different places; the judge evaluates the output that
   * the guide steered.
   *
   * @param preference name of the other model's preference
   * @param role of the model that this card describes
   * @param responses number of held-out responses that both models scored
   * @param correlation Pearson's correlation of their rewards for these responses
   * @param rankCorrelation Spearman's correlation of the rewards
   */
  public record Counterpart(
      @JsonProperty(required = true) String preference,
      @JsonProperty(required = true) Role role,
      @JsonProperty(required = true) int responses,
      @JsonProperty(required = true) double correlation,
      @JsonProperty(required = true) double rankCorrelation) {}

  /** A copy with a counterpart. */
  public TrainingRecord with(Counterpart other) {
    return new TrainingRecord(
        method,
        data,
        selection,
        adaptation,
        calibration,
        evaluation,
        Optional.of(other),
        backboneFingerprint,
        numerics,
        seed,
        command);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
    }
  }
}
