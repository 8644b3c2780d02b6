package dev.panda.basemodel.workshop.training;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A request to train a model.
 *
 * @param data files of answers, at least one
 * @param skipInvalid whether to skip unusable lines
 * @param selection which answers to use
 * @param tokenizerFrom model whose byte-level BPE tokenizer to reduce
 * @param merges number of its merges to keep
 * @param validationShare share to hold out, 0 to below 1
 * @param output folder of the model; must not exist
 * @param saveEvery shortest time between two saved states
 * @param device {@code cpu}, {@code cuda} or {@code cuda:1} and so on
 * @param threads CPU threads for one operation
 * @param card further content of the model card
 */
public record TrainingRequest(
    List<Path> data,
    boolean skipInvalid,
    Selection selection,
    Path tokenizerFrom,
    int merges,
    ModelShape shape,
    HoldOut holdOut,
    double validationShare,
    Settings settings,
    Path output,
    Duration saveEvery,
    String device,
    int threads,
    Card card) {

  public TrainingRequest {
    data = List.copyOf(data);
    if (!(validationShare >= 0 && validationShare < 1)) {
      throw new IllegalArgumentException(
          "validation share: " + validationShare + " (expected: 0 to below 1)");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads + " (expected: >= 1)");
    }
  }

  /**
   * The content of the model card that training does not know itself.
   *
   * @param licence of the model
   * @param about origin of the data, in sentences; may be empty
   * @param command the complete command line
   */
  public record Card(String licence, String about, String command) {}
}
