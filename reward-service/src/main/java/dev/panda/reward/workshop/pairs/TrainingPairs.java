package dev.panda.reward.workshop.pairs;

import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.workshop.training.ExampleFile;
import dev.panda.transformer.workshop.training.ExampleReader;
import dev.panda.transformer.workshop.training.TrainingException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The pairs of a training. No prompt occurs in more than one part.
 *
 * @param file of the training and validation pairs
 * @param test empty if the validation pairs serve for evaluation
 * @param inTest number of training pairs left out because their prompt is in the test file
 */
public record TrainingPairs(
    ExampleFile<PreferencePair> file,
    PromptOrder.Split split,
    Optional<ExampleFile<PreferencePair>> test,
    int inTest) {

  /**
   * Reads, limits and splits the pairs.
   *
   * @throws TrainingException if a file cannot be used, or has too few prompts
   */
  public static TrainingPairs read(PairFiles data, double validationShare, long seed) {
    ExampleReader<PreferencePair> reader =
        new ExampleReader<>(PairFormat.PAIRS, data.skipInvalid());
    ExampleFile<PreferencePair> file = reader.read(data.training());
    Optional<ExampleFile<PreferencePair>> test = data.test().map(reader::read);
    Set<List<ChatMessage>> tested = new HashSet<>();
    test.ifPresent(held -> held.examples().forEach(pair -> tested.add(pair.messages())));
    List<PreferencePair> untested =
        file.examples().stream().filter(pair -> !tested.contains(pair.messages())).toList();
    PromptOrder order = new PromptOrder(seed);
    List<PreferencePair> half =
        data.half().map(which -> order.half(untested, which)).orElse(untested);
    List<PreferencePair> kept = order.limit(half, data.maxPairs());
    return new TrainingPairs(
        file, order.split(kept, validationShare), test, file.examples().size() - untested.size());
  }
}
