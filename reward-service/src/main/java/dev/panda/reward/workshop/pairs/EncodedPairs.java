package dev.panda.reward.workshop.pairs;

import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.transformer.workshop.training.ExampleFile;
import dev.panda.transformer.workshop.training.TrainingException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The pairs of a training in the backbone's tokens.
 *
 * @param test empty if the validation pairs serve for evaluation
 * @param skipped number of pairs skipped because they could not be encoded
 */
public record EncodedPairs(
    List<EncodedPair> training,
    List<EncodedPair> validation,
    Optional<List<EncodedPair>> test,
    int skipped) {

  /**
   * Encodes all pairs of a training.
   *
   * @param skipInvalid whether to skip pairs that cannot be encoded
   * @throws TrainingException if a pair cannot be encoded, or too few remain
   */
  public static EncodedPairs of(
      TrainingPairs pairs,
      PairEncoder encoder,
      boolean skipInvalid,
      BatchProgress.Display display) {
    List<PreferencePair> test = pairs.test().map(ExampleFile::examples).orElse(List.of());
    List<PreferencePair> training = pairs.split().training();
    List<PreferencePair> validation = pairs.split().validation();
    int all = training.size() + validation.size() + test.size();
    try (BatchProgress progress = display.start("Tokens", all)) {
      List<ExampleFile<PreferencePair>> files =
          Stream.concat(Stream.of(pairs.file()), pairs.test().stream()).toList();
      Encoding encoding = new Encoding(files, encoder, skipInvalid, progress);
      EncodedPairs encoded =
          new EncodedPairs(
              encoding.all("training pairs", training),
              encoding.all("validation pairs", validation),
              pairs.test().map(file -> encoding.all(file.name(), file.examples())),
              0);
      int kept =
          encoded.training.size()
              + encoded.validation.size()
              + encoded.test.map(List::size).orElse(0);
      return new EncodedPairs(encoded.training, encoded.validation, encoded.test, all - kept);
    }
  }

  /**
   * Encodes the pairs of one file.
   *
   * @throws TrainingException if a pair cannot be encoded, or none remains
   */
  public static List<EncodedPair> of(
      ExampleFile<PreferencePair> file,
      List<PreferencePair> pairs,
      PairEncoder encoder,
      boolean skipInvalid,
      BatchProgress.Display display) {
    try (BatchProgress progress = display.start("Tokens", pairs.size())) {
      return new Encoding(List.of(file), encoder, skipInvalid, progress).all(file.name(), pairs);
    }
  }

  private record Encoding(
      List<ExampleFile<PreferencePair>> files,
      PairEncoder encoder,
      boolean skipInvalid,
      BatchProgress progress) {
    List<EncodedPair> all(String part, List<PreferencePair> pairs) {
      List<EncodedPair> encoded = new ArrayList<>();
      for (PreferencePair pair : pairs) {
        try {
          encoded.add(encoder.encode(pair));
        } catch (IllegalArgumentException e) {
          if (!skipInvalid) {
            throw new TrainingException(
                "%s: %s".formatted(ExampleFile.place(files, pair), e.getMessage()),
                "Shorten or remove that pair, or skip such pairs with --skip-invalid.",
                e);
          }
        }
        progress.advance(1);
      }
      if (encoded.isEmpty()) {
        throw new TrainingException(part + ": none fits the model (expected: at least one)");
      }
      return encoded;
    }
  }

  /** Training and validation pairs together. */
  public List<EncodedPair> all() {
    return Stream.concat(training.stream(), validation.stream()).toList();
  }

  /**
   * The pairs that the final head is fitted to: all pairs if there is a test file, else the
   * training pairs.
   */
  public List<EncodedPair> fitted() {
    return test.isPresent() ? all() : training;
  }

  /** The pairs that evaluate the final head. */
  public List<EncodedPair> evaluating() {
    return test.orElse(validation);
  }

  /** The distinct responses of pairs. */
  public static List<ResponseTokens> responses(Collection<EncodedPair> pairs) {
    return pairs.stream()
        .flatMap(pair -> Stream.of(pair.chosen(), pair.rejected()))
        .distinct()
        .toList();
  }

  /** Number of different prompts. */
  public static int prompts(Collection<EncodedPair> pairs) {
    return (int) pairs.stream().map(pair -> pair.pair().messages()).distinct().count();
  }
}
