package dev.panda.reward.training;

import dev.panda.transformer.tokenizer.ChatMessage;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The pairs of a training, no prompt in more than one part.
 *
 * @param file that training and validation pairs are from
 * @param test absent where the validation pairs evaluate
 */
record TrainingPairs(PairFile file, PromptOrder.Split split, Optional<PairFile> test) {

  /**
   * Reads, limits and splits them.
   *
   * @throws TrainingException if a file cannot be used, or a prompt is in both
   */
  static TrainingPairs read(TrainingOptions.Data data, double validationShare, long seed) {
    PairReader reader = new PairReader(data.skipInvalid());
    PairFile file = reader.read(data.training());
    Optional<PairFile> test = data.test().map(reader::read);
    test.ifPresent(held -> requireDisjoint(file, held));
    PromptOrder order = new PromptOrder(seed);
    List<PreferencePair> kept = order.limit(file.pairs(), data.maxPairs());
    return new TrainingPairs(file, order.split(kept, validationShare), test);
  }

  private static void requireDisjoint(PairFile training, PairFile test) {
    Set<List<ChatMessage>> shared = prompts(training.pairs());
    shared.retainAll(prompts(test.pairs()));
    if (!shared.isEmpty()) {
      throw new TrainingException(
          "%s: %d prompts that are also in %s (expected: none, or the figures would flatter)"
              .formatted(test.name(), shared.size(), training.name()));
    }
  }

  private static Set<List<ChatMessage>> prompts(List<PreferencePair> pairs) {
    return pairs.stream()
        .map(PreferencePair::messages)
        .collect(Collectors.toCollection(HashSet::new));
  }
}
