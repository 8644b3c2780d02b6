package dev.panda.orchestrator.workshop.answers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** Reads files with one JSON object per line, in UTF-8; gzipped if the name ends in {@code .gz}. */
public final class JsonLines {
  public static final ObjectMapper MAPPER = new ObjectMapper();

  private static final ObjectReader READER =
      MAPPER.reader(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

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
      return object.path(field).asText();
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
    int number = 0;
    try (BufferedReader reader = open(file)) {
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        number++;
        if (!text.isBlank()) {
          consumer.accept(new Line(file, number, parse(file, number, text)));
        }
      }
    } catch (CharacterCodingException notUtf8) {
      throw new CommandFailure(
          file + ":" + (number + 1) + " or shortly after: not UTF-8",
          "Save the file as UTF-8.",
          notUtf8);
    }
  }

  private static BufferedReader open(Path file) throws IOException {
    InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
    InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
    return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8.newDecoder()));
  }

  private static JsonNode parse(Path file, int number, String text) {
    try {
      JsonNode object = READER.readTree(text);
      if (object.isObject()) {
        return object;
      }
    } catch (JsonProcessingException malformed) {
      throw new CommandFailure(
          "%s:%d: not JSON: %s (expected: an object)"
              .formatted(
                  file, number, malformed.getOriginalMessage().replaceFirst(": .*expect.*", "")),
          "Each line has to be one JSON object; correct that line, or remove it.",
          malformed);
    }
    throw new CommandFailure(
        file + ":" + number + ": no JSON object (expected: {\"messages\": …})",
        "Each line has to be one JSON object; correct that line, or remove it.");
  }
}
