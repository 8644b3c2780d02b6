package dev.panda.transformer.reward;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.panda.transformer.text.MalformedTextException;
import dev.panda.transformer.text.Utf8;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Collectors;

/**
 * Reads and writes {@code reward.json}. It refuses unknown fields, because ignoring a misspelt
 * {@code clip} would silently change rewards.
 */
final class RewardCardFile {
  private static final int MAX_BYTES = 1 << 20;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private RewardCardFile() {}

  static RewardCard read(Path file) {
    try {
      long bytes = Files.size(file);
      if (bytes > MAX_BYTES) {
        throw new RewardModelException(
            file + ": size: " + bytes + " bytes (expected: at most " + MAX_BYTES + ")");
      }
      return JSON.readValue(Utf8.read(file), RewardCard.class);
    } catch (MalformedTextException e) {
      throw new RewardModelException(file + ": " + e.getMessage(), e);
    } catch (UnrecognizedPropertyException e) {
      throw new RewardModelException(
          file + ": " + path(e) + ": unknown field (expected: " + e.getKnownPropertyIds() + ")", e);
    } catch (JsonMappingException e) {
      throw new RewardModelException(file + ": " + path(e) + reason(e), e);
    } catch (JsonProcessingException e) {
      throw new RewardModelException(file + ": not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new RewardModelException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Writes a new file and flushes it to disk. */
  static void write(Path file, RewardCard card) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      String text = JSON.writeValueAsString(card) + System.lineSeparator();
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException e) {
      throw new RewardModelException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName())
        .collect(Collectors.joining("."));
  }

  private static String reason(JsonMappingException e) {
    String message =
        e.getCause() instanceof IllegalArgumentException cause
            ? cause.getMessage()
            : e.getOriginalMessage();
    return (e.getPath().isEmpty() ? "" : ": ") + message;
  }
}
