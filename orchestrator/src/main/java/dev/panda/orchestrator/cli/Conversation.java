package dev.panda.orchestrator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.panda.api.generation.v1.Chat;
import dev.panda.api.generation.v1.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A conversation that waits for an answer: its messages, oldest first, the user's last.
 *
 * @param messages at least one
 */
record Conversation(List<Message> messages) {
  private static final Set<String> ROLES = Set.of("system", "user", "assistant");

  /** One message: who said what. */
  record Message(String role, String content) {}

  Conversation {
    messages = List.copyOf(messages);
  }

  static Conversation ofQuestion(String question) {
    return new Conversation(List.of(new Message("user", question)));
  }

  Conversation with(String role, String content) {
    List<Message> longer = new ArrayList<>(messages);
    longer.add(new Message(role, content));
    return new Conversation(longer);
  }

  boolean hasAnswers() {
    return messages.stream().anyMatch(message -> message.role().equals("assistant"));
  }

  /** The same, with a text behind what the user asked last; nothing where it is blank. */
  Conversation instructed(String instruction) {
    if (instruction.isBlank()) {
      return this;
    }
    List<Message> instructed = new ArrayList<>(messages);
    Message last = instructed.remove(instructed.size() - 1);
    instructed.add(new Message(last.role(), last.content() + " " + instruction.strip()));
    return new Conversation(instructed);
  }

  /**
   * Reads the field {@code messages} of a line.
   *
   * @throws CommandFailure naming the line and what it should hold
   */
  static Conversation of(JsonLines.Line line) {
    JsonNode messages = line.object().path("messages");
    if (!messages.isArray() || messages.isEmpty()) {
      throw line.malformed("messages", "a list of at least one message");
    }
    List<Message> read = new ArrayList<>();
    for (JsonNode message : messages) {
      String role = message.path("role").asText();
      if (!ROLES.contains(role)) {
        throw line.malformed("messages[" + read.size() + "].role", "system, user or assistant");
      }
      if (!message.path("content").isTextual()) {
        throw line.malformed("messages[" + read.size() + "].content", "a text");
      }
      read.add(new Message(role, message.path("content").asText()));
    }
    if (!read.get(read.size() - 1).role().equals("user")) {
      throw line.malformed("messages", "the user's message last");
    }
    return new Conversation(read);
  }

  ArrayNode toJson() {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    messages.forEach(m -> list.addObject().put("role", m.role()).put("content", m.content()));
    return list;
  }

  Chat toChat() {
    Chat.Builder chat = Chat.newBuilder();
    messages.forEach(
        m -> chat.addMessages(ChatMessage.newBuilder().setRole(m.role()).setContent(m.content())));
    return chat.build();
  }
}
