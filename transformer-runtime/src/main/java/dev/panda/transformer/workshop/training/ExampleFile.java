package dev.panda.transformer.workshop.training;

import java.util.List;

/**
 * The contents of a file of examples.
 *
 * @param name of the file, without its folder
 * @param fingerprint SHA-256 of its bytes, in hexadecimal
 * @param skipped number of lines that could not be used
 */
public record ExampleFile<T>(String name, String fingerprint, List<T> examples, int skipped) {
  public ExampleFile {
    examples = List.copyOf(examples);
  }
}
