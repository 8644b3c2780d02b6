package dev.panda.transformer.workshop.training;

import dev.panda.transformer.text.JsonLineReader;
import dev.panda.transformer.text.MalformedTextException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;

/**
 * Reads files of examples: {@link JsonLineReader}, gzipped if the name ends in {@code .gz}.
 *
 * @param skipInvalid whether to skip and count unusable lines; otherwise the first such line is an
 *     error
 */
public record ExampleReader<T>(ExampleFormat<T> format, boolean skipInvalid) {
  /** Longest line; no human conversation is longer. */
  static final int MAX_LINE_BYTES = 1 << 20;

  /**
   * Reads a file to its end.
   *
   * @throws TrainingException if the file cannot be read or has no example, or a line cannot be
   *     used; the message names file and line
   */
  public ExampleFile<T> read(Path file) {
    MessageDigest digest = Hashes.sha256();
    try (InputStream in = Files.newInputStream(file)) {
      InputStream bytes = new DigestInputStream(in, digest);
      Found<T> found = read(file, new JsonLineReader(file, bytes, MAX_LINE_BYTES));
      bytes.transferTo(OutputStream.nullOutputStream());
      return new ExampleFile<>(
          file.getFileName().toString(),
          Hashes.hex(digest.digest()),
          found.examples,
          found.lines,
          found.skipped);
    } catch (MalformedTextException e) {
      throw new TrainingException(
          "%s: %s".formatted(file, e.getMessage()), "Save the file as UTF-8.", e);
    } catch (NoSuchFileException e) {
      throw new TrainingException(
          file + ": no such file (expected: JSON Lines)", "Check the path.", e);
    } catch (ZipException | EOFException e) {
      throw new TrainingException(
          "%s: broken gzip: %s (expected: a complete file)".formatted(file, e.getMessage()),
          "Create the file again, or rename it without .gz if it is plain text.",
          e);
    } catch (IOException e) {
      throw new TrainingException(
          file + ": cannot be read: " + e.getMessage(), "Check the path and its permissions.", e);
    }
  }

  /** The examples of a file, the numbers of their lines, and the number of unusable lines. */
  private record Found<T>(List<T> examples, List<Integer> lines, int skipped) {}

  private Found<T> read(Path file, JsonLineReader lines) throws IOException {
    List<T> examples = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    int skipped = 0;
    while (lines.next()) {
      try {
        examples.add(format.parse().apply(ExampleLine.of(lines.value(), format.shape())));
        numbers.add(lines.number());
      } catch (IllegalArgumentException e) {
        if (!skipInvalid) {
          throw new TrainingException(
              "%s, line %d: %s".formatted(file, lines.number(), e.getMessage()),
              "Correct or remove that line, or skip such lines with --skip-invalid.",
              e);
        }
        skipped++;
      }
    }
    if (examples.isEmpty()) {
      throw new TrainingException(
          "%s: no usable %s, %d lines skipped (expected: at least one)"
              .formatted(file, format.name(), skipped),
          "Each line is " + format.shape() + ".");
    }
    return new Found<>(examples, numbers, skipped);
  }
}
