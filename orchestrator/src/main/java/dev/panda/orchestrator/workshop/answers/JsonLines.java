package dev.panda.orchestrator.workshop.answers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import dev.panda.transformer.text.JsonLineReader;
import dev.panda.transformer.text.MalformedTextException;
import dev.panda.transformer.text.Utf8;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Reads files with one JSON object per line, in UTF-8; gzipped if the name ends in {@code .gz}. */
public final class JsonLines {
  public static final ObjectMapper MAPPER = new ObjectMapper();

  private static final int LONGEST_LINE = 1 << 26;

  private JsonLines() {}

  /** One line: its place and its object. */
  public record Line(Path file, int number, JsonNode object) {

    public CommandFailure malformed(String field, String expected) {
      return new CommandFailure(
          "%s:%d: %s: %s (expected: %s)"
              .formatted(file, number, field, excerpt(object.path(field)), expected),
          "Correct that line, or remove it.");
    }

    /** Reads a required text. */
    public String text(String field) {
      if (!object.path(field).isTextual()) {
        throw malformed(field, "a text");
      }
      return whole(field, object.path(field).asText());
    }

    /** Checks that a text of this line has no half characters. */
    String whole(String field, String text) {
      try {
        return Utf8.requireWhole(field, text);
      } catch (MalformedTextException e) {
        throw failure(file, number, e);
      }
    }

    private static String excerpt(JsonNode value) {
      String text = value.isMissingNode() ? "missing" : value.toString();
      return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
  }

  /**
   * Reads a file line by line; skips blank lines.
   *
   * @throws CommandFailure if a line is no JSON object or not UTF-8; names the line
   */
  public static void read(Path file, Consumer<Line> consumer) throws IOException {
    try (InputStream bytes = Files.newInputStream(file)) {
      JsonLineReader lines = new JsonLineReader(file, bytes, LONGEST_LINE);
      while (lines.next()) {
        consumer.accept(new Line(file, lines.number(), object(file, lines)));
      }
    } catch (MalformedTextException e) {
      throw new CommandFailure(file + ": " + e.getMessage(), "Save the file as UTF-8.", e);
    }
  }

  private static JsonNode object(Path file, JsonLineReader lines) {
    try {
      JsonNode value = lines.value();
      if (value.isObject()) {
        return value;
      }
      throw new IllegalArgumentException("no JSON object (expected: {\"messages\": …})");
    } catch (IllegalArgumentException e) {
      throw failure(file, lines.number(), e);
    }
  }

  private static CommandFailure failure(Path file, int number, IllegalArgumentException cause) {
    return new CommandFailure(
        "%s:%d: %s".formatted(file, number, cause.getMessage()),
        "Each line has to be one JSON object; correct that line, or remove it.",
        cause);
  }
}
