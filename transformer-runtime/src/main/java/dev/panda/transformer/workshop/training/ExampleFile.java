package dev.panda.transformer.workshop.training;

import java.util.List;

/**
 * The contents of a file of examples.
 *
 * @param name of the file, without its folder
 * @param fingerprint SHA-256 of its bytes, in hexadecimal
 * @param lines the number of each example's line, from 1
 * @param skipped number of lines that could not be used
 */
public record ExampleFile<T>(
    String name, String fingerprint, List<T> examples, List<Integer> lines, int skipped) {
  public ExampleFile {
    examples = List.copyOf(examples);
    lines = List.copyOf(lines);
  }

  /**
   * Where one of the examples stands, for messages: {@code pairs.jsonl, line 3}.
   *
   * @param files of which one has the example itself, not only an equal one
   */
  public static <T> String place(List<ExampleFile<T>> files, T example) {
    for (ExampleFile<T> file : files) {
      for (int i = 0; i < file.examples.size(); i++) {
        if (file.examples.get(i) == example) {
          return "%s, line %d".formatted(file.name, file.lines.get(i));
        }
      }
    }
    throw new IllegalArgumentException("example: in none of " + files.size() + " files");
  }
}
