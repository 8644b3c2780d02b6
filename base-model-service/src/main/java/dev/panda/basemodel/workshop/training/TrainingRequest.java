package dev.panda.basemodel.workshop.training;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What is asked for.
 *
 * @param data files of answers, at least one
 * @param skipInvalid whether lines that cannot be used are passed over
 * @param selection which of the answers are used
 * @param tokenizerFrom model whose byte-level BPE tokenizer is reduced
 * @param merges number of its merges that are kept
 * @param validationShare share that is held out, 0 to below 1
 * @param output folder of the model; must not exist
 * @param saveEvery least time from one saved state to the next
 * @param device {@code cpu}, {@code cuda} or {@code cuda:1} and so on
 * @param threads CPU threads of one operation
 * @param card what the model card says beyond what training knows
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
   * What the model card says beyond what training knows.
   *
   * @param licence of the model, as its card names it
   * @param about where the data come from, in sentences; may be empty
   * @param command the whole command
   */
  public record Card(String licence, String about, String command) {}
}
