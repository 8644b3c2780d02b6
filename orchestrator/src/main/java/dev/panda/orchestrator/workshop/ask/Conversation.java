package dev.panda.orchestrator.workshop.ask;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.panda.api.generation.v1.Chat;
import dev.panda.api.generation.v1.ChatMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * A conversation that waits for an answer: its messages, oldest first, the user's last.
 *
 * @param messages at least one
 */
public record Conversation(List<Message> messages) {

  /** One message: who said what. */
  public record Message(String role, String content) {}

  public Conversation {
    messages = List.copyOf(messages);
  }

  public static Conversation ofQuestion(String question) {
    return new Conversation(List.of(new Message("user", question)));
  }

  public Conversation with(String role, String content) {
    List<Message> longer = new ArrayList<>(messages);
    longer.add(new Message(role, content));
    return new Conversation(longer);
  }

  public boolean hasAnswers() {
    return messages.stream().anyMatch(message -> message.role().equals("assistant"));
  }

  /** The same, with a text behind what the user asked last; nothing where it is blank. */
  public Conversation instructed(String instruction) {
    if (instruction.isBlank()) {
      return this;
    }
    List<Message> instructed = new ArrayList<>(messages);
    Message last = instructed.remove(instructed.size() - 1);
    instructed.add(new Message(last.role(), last.content() + " " + instruction.strip()));
    return new Conversation(instructed);
  }

  /** The conversation as a message of the orchestrator's contract. */
  public Chat toChat() {
    Chat.Builder chat = Chat.newBuilder();
    messages.forEach(
        m -> chat.addMessages(ChatMessage.newBuilder().setRole(m.role()).setContent(m.content())));
    return chat.build();
  }

  public ArrayNode toJson() {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    messages.forEach(m -> list.addObject().put("role", m.role()).put("content", m.content()));
    return list;
  }
}
