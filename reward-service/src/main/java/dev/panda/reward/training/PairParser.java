package dev.panda.reward.training;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.panda.transformer.tokenizer.ChatMessage;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Parses one line of a preference file; fields that it does not know are passed over. */
final class PairParser {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private PairParser() {}

  /**
   * @param line UTF-8
   * @throws IllegalArgumentException if it is no usable pair; the message names the field
   */
  static PreferencePair parse(byte[] line) {
    JsonNode pair = json(line);
    if (!pair.isObject()) {
      throw new IllegalArgumentException(
          "%s (expected: an object with messages, chosen and rejected)"
              .formatted(pair.isMissingNode() ? "empty line" : pair.getNodeType()));
    }
    List<ChatMessage> messages = messages(pair.path("messages"));
    String chosen = text(pair, "chosen", "");
    String rejected = text(pair, "rejected", "");
    if (chosen.equals(rejected)) {
      throw new IllegalArgumentException("rejected: equal to chosen (expected: another response)");
    }
    return new PreferencePair(messages, chosen, rejected);
  }

  private static JsonNode json(byte[] line) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
      return JSON.readTree(text);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("not UTF-8 (expected: JSON in UTF-8)", e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "not JSON: %s (expected: one object a line)".formatted(e.getOriginalMessage()), e);
    }
  }

  private static List<ChatMessage> messages(JsonNode array) {
    if (!array.isArray() || array.isEmpty()) {
      throw new IllegalArgumentException(
          "messages: %s (expected: a list of at least one message)".formatted(describe(array)));
    }
    List<ChatMessage> messages = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      String path = "messages[" + i + "].";
      JsonNode message = array.get(i);
      try {
        messages.add(new ChatMessage(text(message, "role", path), text(message, "content", path)));
      } catch (IllegalArgumentException e) {
        String reason = e.getMessage();
        throw new IllegalArgumentException(reason.startsWith(path) ? reason : path + reason, e);
      }
    }
    String last = messages.get(messages.size() - 1).role();
    if (!last.equals("user")) {
      throw new IllegalArgumentException(
          "messages[%d].role: %s (expected: user, in the last message)"
              .formatted(messages.size() - 1, last));
    }
    return messages;
  }

  private static String text(JsonNode object, String field, String path) {
    JsonNode value = object.path(field);
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw new IllegalArgumentException(
          "%s%s: %s (expected: text)".formatted(path, field, describe(value)));
    }
    return value.textValue();
  }

  private static String describe(JsonNode value) {
    if (value.isMissingNode()) {
      return "missing";
    }
    boolean empty = value.isTextual() || (value.isContainerNode() && value.isEmpty());
    return empty ? "empty" : value.getNodeType().toString().toLowerCase(Locale.ROOT);
  }
}
