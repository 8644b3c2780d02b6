package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.CheckpointFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * The metadata and the tensor list of a GGUF file (version 2 or 3). An accessor returns empty if
 * the file lacks the key. It throws {@link CheckpointException}, naming file and key, if the value
 * has another type.
 */
public final class Gguf {
  private final Path path;
  private final Map<String, Object> metadata;
  private final Map<String, GgufTensor> tensors;

  Gguf(Path path, Map<String, Object> metadata, Map<String, GgufTensor> tensors) {
    this.path = path;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /**
   * Reads everything except the tensors' data, and closes the file.
   *
   * @throws CheckpointException if there is no such file, or it is not a complete GGUF file
   */
  public static Gguf read(Path path) {
    try (CheckpointFile file = CheckpointFile.open(path)) {
      return read(file);
    }
  }

  static Gguf read(CheckpointFile file) {
    return new GgufParser(file).parse();
  }

  /** The same metadata with the tensors of all parts. */
  Gguf with(Map<String, GgufTensor> allTensors) {
    return new Gguf(path, metadata, allTensors);
  }

  public Path path() {
    return path;
  }

  /** Tensors under the file's own names, in file order. */
  Map<String, GgufTensor> tensors() {
    return tensors;
  }

  public Optional<String> string(String key) {
    return value(key, String.class, "a string");
  }

  /** An integer of any width, signed or not. */
  public OptionalLong integer(String key) {
    Optional<Long> value = value(key, Long.class, "an integer below 2^63");
    return value.isPresent() ? OptionalLong.of(value.get()) : OptionalLong.empty();
  }

  /** A floating point number; an integer is converted. */
  public OptionalDouble number(String key) {
    Optional<Number> value = value(key, Number.class, "a number");
    return value.isPresent()
        ? OptionalDouble.of(value.get().doubleValue())
        : OptionalDouble.empty();
  }

  public Optional<Boolean> flag(String key) {
    return value(key, Boolean.class, "true or false");
  }

  public Optional<List<String>> strings(String key) {
    return value(key, List.class, "an array of strings")
        .map(
            values -> {
              for (Object value : values) {
                if (!(value instanceof String)) {
                  throw mismatch(key, "an array of arrays", "an array of strings");
                }
              }
              @SuppressWarnings("unchecked") // every element was checked above
              List<String> strings = (List<String>) values;
              return strings;
            });
  }

  /** An array of integers of any width. */
  public Optional<int[]> integers(String key) {
    return value(key, long[].class, "an array of integers")
        .map(
            values -> {
              int[] integers = new int[values.length];
              for (int i = 0; i < values.length; i++) {
                integers[i] = (int) values[i];
                if (integers[i] != values[i]) {
                  throw mismatch(key, "element " + values[i], "integers of 32 bits");
                }
              }
              return integers;
            });
  }

  /** An array of floating point numbers, rounded to float32. */
  public Optional<float[]> floats(String key) {
    return value(key, double[].class, "an array of floating point numbers")
        .map(
            values -> {
              float[] floats = new float[values.length];
              IntStream.range(0, values.length).forEach(i -> floats[i] = (float) values[i]);
              return floats;
            });
  }

  /** An exception about a key or tensor of this file. */
  CheckpointException error(String message) {
    return new CheckpointException(path + ": " + message);
  }

  private <T> Optional<T> value(String key, Class<T> type, String expected) {
    Object value = metadata.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw mismatch(key, value.getClass().getSimpleName(), expected);
    }
    return Optional.of(type.cast(value));
  }

  private CheckpointException mismatch(String key, String found, String expected) {
    return error(key + ": " + found + " (expected: " + expected + ")");
  }
}
