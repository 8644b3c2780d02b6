package dev.panda.reward.workshop.pairs;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of pairs that a training uses.
 *
 * @param test pairs to evaluate with; if empty, the validation pairs serve
 * @param half half of the prompts to train on; empty for all prompts
 * @param maxPairs largest number of pairs to train on
 * @param skipInvalid whether to skip unusable pairs
 */
public record PairFiles(
    Path training,
    Optional<Path> test,
    Optional<PromptHalf> half,
    int maxPairs,
    boolean skipInvalid) {

  /** The same files, restricted to one half of the prompts. */
  public PairFiles half(PromptHalf which) {
    return new PairFiles(training, test, Optional.of(which), maxPairs, skipInvalid);
  }
}
