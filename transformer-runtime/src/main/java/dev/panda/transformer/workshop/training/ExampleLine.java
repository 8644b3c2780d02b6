package dev.panda.transformer.workshop.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.text.Utf8;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One line of a file of examples: an object with the conversation, {@code messages}, and further
 * fields. If a field is wrong, an accessor throws an IllegalArgumentException that names it.
 */
public final class ExampleLine {
  private final ObjectNode object;

  private ExampleLine(ObjectNode object) {
    this.object = object;
  }

  /**
   * @param line the line's value
   * @param shape description of the expected line, for error messages
   */
  static ExampleLine of(JsonNode line, String shape) {
    if (!line.isObject()) {
      throw new IllegalArgumentException(
          "%s (expected: an object, %s)".formatted(line.getNodeType(), shape));
    }
    return new ExampleLine((ObjectNode) line);
  }

  /** The conversation; the last message is the user's. */
  public List<ChatMessage> messages() {
    JsonNode array = object.path("messages");
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

  /** The text of a field; it must not be blank, and have whole characters alone. */
  public String text(String field) {
    return text(object, field, "");
  }

  /** A field of any type, or a missing node. */
  public JsonNode field(String name) {
    return object.path(name);
  }

  /** A copy of the whole object. */
  public ObjectNode object() {
    return object.deepCopy();
  }

  private static String text(JsonNode object, String field, String path) {
    JsonNode value = object.path(field);
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw new IllegalArgumentException(
          "%s%s: %s (expected: text)".formatted(path, field, describe(value)));
    }
    return Utf8.requireWhole(path + field, value.textValue());
  }

  private static String describe(JsonNode value) {
    if (value.isMissingNode()) {
      return "missing";
    }
    boolean empty = value.isTextual() || (value.isContainerNode() && value.isEmpty());
    return empty ? "empty" : value.getNodeType().toString().toLowerCase(Locale.ROOT);
  }
}
