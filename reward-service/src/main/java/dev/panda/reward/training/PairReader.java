package dev.panda.reward.training;

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
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads preference files: JSON Lines, gzipped where the name ends in {@code .gz}.
 *
 * @param skipInvalid whether lines that cannot be used are passed over and counted; else the first
 *     of them is an error
 */
record PairReader(boolean skipInvalid) {
  /** Longest line; a pair beyond it is no dialogue. */
  static final int MAX_LINE_BYTES = 1 << 20;

  /**
   * @throws TrainingException if the file cannot be read, holds no pair, or a line cannot be used;
   *     the message names file and line
   */
  PairFile read(Path file) {
    DigestInputStream bytes = null;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = new DigestInputStream(in, Fingerprint.sha256());
      InputStream text = new BufferedInputStream(bytes, 1 << 16);
      boolean gzipped = file.toString().endsWith(".gz");
      PairFile read = read(file, gzipped ? new GZIPInputStream(text, 1 << 16) : text);
      bytes.transferTo(OutputStream.nullOutputStream());
      return new PairFile(
          read.name(),
          Fingerprint.hex(bytes.getMessageDigest().digest()),
          read.pairs(),
          read.skipped());
    } catch (NoSuchFileException e) {
      throw new TrainingException(file + ": no such file (expected: JSON Lines)", e);
    } catch (ZipException | EOFException e) {
      throw new TrainingException(
          "%s: broken gzip: %s (expected: a whole file)".formatted(file, e.getMessage()), e);
    } catch (IOException e) {
      throw new TrainingException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private PairFile read(Path file, InputStream in) throws IOException {
    List<PreferencePair> pairs = new ArrayList<>();
    int skipped = 0;
    Line line = new Line();
    for (int number = 1; line.next(in); number++) {
      try {
        pairs.add(PairParser.parse(line.bytes()));
      } catch (IllegalArgumentException e) {
        if (!skipInvalid) {
          throw new TrainingException("%s, line %d: %s".formatted(file, number, e.getMessage()), e);
        }
        skipped++;
      }
    }
    if (pairs.isEmpty()) {
      throw new TrainingException(
          "%s: no usable pair, %d lines skipped (expected: at least one)".formatted(file, skipped));
    }
    return new PairFile(file.getFileName().toString(), "", pairs, skipped);
  }

  /** The line that was read last; no more than the bound of it is kept. */
  private static final class Line {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private long length;

    /** Whether there was another line. */
    boolean next(InputStream in) throws IOException {
      kept.reset();
      length = 0;
      int b = in.read();
      if (b < 0) {
        return false;
      }
      for (; b >= 0 && b != '\n'; b = in.read()) {
        if (length++ < MAX_LINE_BYTES) {
          kept.write(b);
        }
      }
      return true;
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
