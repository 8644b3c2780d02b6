package dev.panda.basemodel.training;

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

/**
 * Parses one line of a file of answers. Of the fields beside {@code messages} and {@code response}
 * only {@code finish_reason} is read; the others are passed over.
 */
final class AnswerParser {
  private static final String END_TOKEN = "end_token";
  private static final List<String> CUT = List.of("length", "stop_string");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private AnswerParser() {}

  /**
   * @param line UTF-8
   * @throws IllegalArgumentException if it is no usable answer; the message names the field
   */
  static Answer parse(byte[] line) {
    JsonNode answer = json(line);
    if (!answer.isObject()) {
      throw new IllegalArgumentException(
          answer.getNodeType() + " (expected: an object with messages and response)");
    }
    return new Answer(
        messages(answer.path("messages")), text(answer, "response", ""), isWhole(answer));
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
      String role = text(array.get(i), "role", path);
      String content = text(array.get(i), "content", path);
      try {
        messages.add(new ChatMessage(role, content));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(path + e.getMessage(), e);
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

  /** An answer that does not say how it ended is whole. */
  private static boolean isWhole(JsonNode answer) {
    JsonNode reason = answer.path("finish_reason");
    if (reason.isMissingNode() || reason.isNull() || reason.asText().equals(END_TOKEN)) {
      return true;
    }
    if (reason.isTextual() && CUT.contains(reason.textValue())) {
      return false;
    }
    throw new IllegalArgumentException(
        "finish_reason: %s (expected: %s, or one of %s)".formatted(reason, END_TOKEN, CUT));
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
