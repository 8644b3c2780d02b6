package dev.panda.transformer.workshop.training;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
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
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads files of examples: JSON Lines, gzipped if the name ends in {@code .gz}. It ignores blank
 * lines.
 *
 * @param skipInvalid whether to skip and count unusable lines; otherwise the first such line is an
 *     error
 */
public record ExampleReader<T>(ExampleFormat<T> format, boolean skipInvalid) {
  /** Longest line; no human conversation is longer. */
  static final int MAX_LINE_BYTES = 1 << 20;

  private static final int BUFFER = 1 << 16;

  /**
   * Reads a file to its end.
   *
   * @throws TrainingException if the file cannot be read or has no example, or a line cannot be
   *     used; the message names file and line
   */
  public ExampleFile<T> read(Path file) {
    MessageDigest digest = Hashes.sha256();
    try (InputStream in = Files.newInputStream(file)) {
      InputStream bytes = new BufferedInputStream(new DigestInputStream(in, digest), BUFFER);
      boolean gzipped = file.toString().endsWith(".gz");
      List<T> examples = new ArrayList<>();
      int skipped = read(file, gzipped ? new GZIPInputStream(bytes, BUFFER) : bytes, examples);
      bytes.transferTo(OutputStream.nullOutputStream());
      String fingerprint = Hashes.hex(digest.digest());
      return new ExampleFile<>(file.getFileName().toString(), fingerprint, examples, skipped);
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

  /** Adds the examples to the list; returns the number of skipped lines. */
  private int read(Path file, InputStream in, List<T> examples) throws IOException {
    int skipped = 0;
    Line line = new Line();
    for (int number = 1; line.next(in); number++) {
      try {
        if (!line.isBlank()) {
          examples.add(format.parse().apply(ExampleLine.parse(line.bytes(), format.shape())));
        }
      } catch (IllegalArgumentException e) {
        if (!skipInvalid) {
          throw new TrainingException(
              "%s, line %d: %s".formatted(file, number, e.getMessage()),
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
    return skipped;
  }

  /** The current line; bytes beyond the length limit are counted but not kept. */
  private static final class Line {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private long length;
    private boolean blank;

    /** Reads the next line; returns whether there was one. */
    boolean next(InputStream in) throws IOException {
      kept.reset();
      length = 0;
      blank = true;
      int b = in.read();
      if (b < 0) {
        return false;
      }
      for (; b >= 0 && b != '\n'; b = in.read()) {
        blank &= b == ' ' || b == '\t' || b == '\r';
        if (length++ < MAX_LINE_BYTES) {
          kept.write(b);
        }
      }
      return true;
    }

    boolean isBlank() {
      return blank;
    }

    byte[] bytes() {
      if (length > MAX_LINE_BYTES) {
        throw new IllegalArgumentException(
            "length: %d bytes (expected: at most %d)".formatted(length, MAX_LINE_BYTES));
      }
      return kept.toByteArray();
    }
  }
}
