package dev.panda.transformer.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * Reads JSON Lines: one JSON value a line, in UTF-8 with or without a byte order mark. It ignores
 * blank lines. For use by one thread.
 */
public final class JsonLineReader {
  private static final int BUFFER = 1 << 16;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final InputStream in;
  private final int longest;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private long length;
  private boolean blank;
  private int number;

  /**
   * @param file whose name says whether the bytes are gzipped: it then ends in {@code .gz}
   * @param bytes of the file; the caller closes them
   * @param longest largest number of bytes of a line; a longer one is not kept in memory
   * @throws MalformedTextException if the file is UTF-16
   * @throws IOException if the bytes cannot be read, or are no gzip
   */
  public JsonLineReader(Path file, InputStream bytes, int longest) throws IOException {
    boolean gzipped = file.toString().endsWith(".gz");
    this.in = new BufferedInputStream(gzipped ? new GZIPInputStream(bytes) : bytes, BUFFER);
    this.longest = longest;
    Utf8.skipMark(in);
  }

  /** Moves to the next line that is not blank; returns whether there is one. */
  public boolean next() throws IOException {
    do {
      if (!read()) {
        return false;
      }
    } while (blank);
    return true;
  }

  private boolean read() throws IOException {
    line.reset();
    length = 0;
    blank = true;
    int b = in.read();
    if (b < 0) {
      return false;
    }
    number++;
    for (; b >= 0 && b != '\n'; b = in.read()) {
      blank &= b == ' ' || b == '\t' || b == '\r';
      if (length++ < longest) {
        line.write(b);
      }
    }
    return true;
  }

  /** The line's number in the file, from 1; blank lines count. */
  public int number() {
    return number;
  }

  /**
   * Parses the line.
   *
   * @throws IllegalArgumentException if it is too long, not UTF-8 or not a single JSON value
   */
  public JsonNode value() {
    if (length > longest) {
      throw new IllegalArgumentException(
          "length: %d bytes (expected: at most %d)".formatted(length, longest));
    }
    try {
      return JSON.readTree(Utf8.decode(line.toByteArray()));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "not JSON: %s (expected: one object a line)"
              .formatted(e.getOriginalMessage().replaceFirst(": .*expect.*", "")),
          e);
    }
  }
}
