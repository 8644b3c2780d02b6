package dev.panda.reward.serving.head;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;

/**
 * How a reward model was made.
 *
 * @param method for people
 * @param data what it was trained on
 * @param selection how the readout was chosen
 * @param adaptation how the backbone was trained; absent where it stayed as it is
 * @param evaluation how well it does on pairs of prompts that it was not trained on
 * @param counterpart absent where it is alone
 * @param backboneFingerprint SHA-256 of the backbone's weights, in hexadecimal
 * @param numerics format of the backbone's weights while it was trained
 * @param seed of every random choice
 * @param command that makes it again, files without their folders
 */
public record TrainingRecord(
    @JsonProperty(required = true) String method,
    @JsonProperty(required = true) Data data,
    @JsonProperty(required = true) Selection selection,
    Optional<Adaptation> adaptation,
    @JsonProperty(required = true) Evaluation evaluation,
    Optional<Counterpart> counterpart,
    @JsonProperty(required = true) String backboneFingerprint,
    @JsonProperty(required = true) String numerics,
    @JsonProperty(required = true) long seed,
    @JsonProperty(required = true) String command) {

  /**
   * Training pairs.
   *
   * @param file its name
   * @param sha256 of its bytes, in hexadecimal
   * @param origin where it comes from, for people
   * @param pairs number of pairs that the head was fit to
   * @param prompts number of different prompts among them
   * @param skippedLines number of lines that could not be used
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
   * The choice among readouts, by pairs of prompts that were split off from the training pairs.
   *
   * @param pairs number of pairs split off
   * @param prompts number of different prompts among them
   * @param penalty strength of the L2 penalty, on standardised features
   * @param refit whether the head was then fit to all pairs, those split off included
   * @param searched all readouts, the best first
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
   * A readout that was tried.
   *
   * @param accuracy on the pairs split off, the mean over the shares that responses were cut to
   */
  public record Searched(
      @JsonProperty(required = true) int layer,
      @JsonProperty(required = true) Pooling pooling,
      @JsonProperty(required = true) double accuracy) {}

  /**
   * Training of the backbone, which began with the best head on it as it was.
   *
   * @param weights number of weights that learned
   * @param updates number of updates that were done
   * @param bestUpdate the one whose weights were kept
   * @param measurements on the pairs split off, the first before any update
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
   * What the pairs split off said of the weights after an update.
   *
   * @param loss mean of −log σ(Δr) over pairs and shares that responses were cut to
   * @param accuracy mean over these shares
   */
  public record Measurement(
      @JsonProperty(required = true) long update,
      @JsonProperty(required = true) double loss,
      @JsonProperty(required = true) double accuracy) {}

  /**
   * Held-out pairs and what came of them.
   *
   * @param file name of the file that they are from
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
   * The other of two reward models of one preference that were trained on disjoint prompts and read
   * at different places: one guides, the other judges what the first has guided.
   *
   * @param preference its name
   * @param role of the reward model whose card this is
   * @param responses number of held-out responses that both rewarded
   * @param correlation of their rewards of these, Pearson's
   * @param rankCorrelation Spearman's
   */
  public record Counterpart(
      @JsonProperty(required = true) String preference,
      @JsonProperty(required = true) Role role,
      @JsonProperty(required = true) int responses,
      @JsonProperty(required = true) double correlation,
      @JsonProperty(required = true) double rankCorrelation) {}

  /** The same, with a counterpart. */
  public TrainingRecord with(Counterpart other) {
    return new TrainingRecord(
        method,
        data,
        selection,
        adaptation,
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
