package dev.panda.transformer.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.panda.transformer.text.MalformedTextException;
import dev.panda.transformer.text.Utf8;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads the JSON objects of a checkpoint's files; refuses duplicate names and text after the
 * object.
 */
public final class StrictJson {
  private static final long LARGEST_FILE_BYTES = 64L << 20;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StrictJson() {}

  /**
   * Reads a file that is one object.
   *
   * @throws CheckpointException if there is no such file, or it is not a single JSON object
   */
  public static JsonNode read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(file + ": no such file");
    }
    try {
      long bytes = Files.size(file);
      if (bytes > LARGEST_FILE_BYTES) {
        throw new CheckpointException(
            file + ": " + bytes + " bytes (expected: at most " + LARGEST_FILE_BYTES + ")");
      }
      return parse(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Parses one object.
   *
   * @param subject name of the text, for error messages
   * @throws CheckpointException if the text is not a single JSON object
   */
  public static JsonNode parse(byte[] json, String subject) {
    JsonNode root;
    try {
      root = MAPPER.readTree(Utf8.decode(json));
    } catch (MalformedTextException e) {
      throw new CheckpointException(subject + ": " + e.getMessage(), e);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(subject + ": not valid JSON: " + e.getOriginalMessage(), e);
    }
    if (!root.isObject()) {
      throw new CheckpointException(subject + ": not a JSON object");
    }
    return root;
  }
}
