package dev.panda.transformer.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * What {@code config.json} says of a sequence classifier, a decoder with a linear head that scores
 * a whole text, once for each label.
 */
public final class SequenceClassification {
  /** The head's tensor, [labels × hidden size]. */
  public static final String SCORE = "score.weight";

  private static final String SUFFIX = "ForSequenceClassification";
  private static final List<String> FAMILIES = List.of("Llama", "Mistral", "Qwen2", "Qwen3");

  private SequenceClassification() {}

  /** The supported architectures, in alphabetical order. */
  public static List<String> architectures() {
    return FAMILIES.stream().map(family -> family + SUFFIX).toList();
  }

  /** Whether an architecture has such a head. */
  public static boolean isOne(String architecture) {
    return architecture.endsWith(SUFFIX);
  }

  /**
   * The token that pads short sequences. A sequence classifier does not read it.
   *
   * @throws CheckpointException if the file is missing or malformed
   */
  public static OptionalInt padding(Path folder) {
    return config(folder).integer("pad_token_id");
  }

  /**
   * The names of the labels, in the order of the head's rows; {@code LABEL_0} and so on if the file
   * names none, as in transformers.
   *
   * @param rows number of rows of the head
   * @throws CheckpointException if the file is missing or malformed, or names other labels than 0
   *     to rows − 1
   */
  public static List<String> labels(Path folder, int rows) {
    JsonFields fields = config(folder);
    Optional<JsonFields> named = fields.object("id2label");
    if (named.isEmpty()) {
      return IntStream.range(0, rows).mapToObj(row -> "LABEL_" + row).toList();
    }
    JsonFields names = named.get();
    List<String> labels = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      names.string(String.valueOf(row)).ifPresent(labels::add);
    }
    if (labels.size() != rows || names.object().size() != rows) {
      throw fields.error(
          "id2label: %d labels (expected: one for each of the %d rows of %s, named from 0)"
              .formatted(names.object().size(), rows, SCORE));
    }
    return labels;
  }

  private static JsonFields config(Path folder) {
    Path file = folder.resolve("config.json");
    return new JsonFields(StrictJson.read(file), file.toString());
  }
}
