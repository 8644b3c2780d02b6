package dev.panda.reward.workshop.pairs;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of pairs that a training uses.
 *
 * @param test pairs to evaluate with; without them those split off serve
 * @param half of the prompts that are learned from; absent for all
 * @param maxPairs most pairs that are trained on
 * @param skipInvalid whether pairs that cannot be used are passed over
 */
public record PairFiles(
    Path training,
    Optional<Path> test,
    Optional<PromptHalf> half,
    int maxPairs,
    boolean skipInvalid) {

  /** The same, of one half of the prompts alone. */
  public PairFiles half(PromptHalf which) {
    return new PairFiles(training, test, Optional.of(which), maxPairs, skipInvalid);
  }
}
