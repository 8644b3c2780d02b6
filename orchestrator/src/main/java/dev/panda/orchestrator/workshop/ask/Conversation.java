package dev.panda.orchestrator.workshop.ask;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.panda.api.generation.v1.Chat;
import dev.panda.orchestrator.serving.port.ChatMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * A conversation that waits for an answer: its messages, the oldest first and the user's last.
 *
 * @param messages at least one
 */
public record Conversation(List<ChatMessage> messages) {

  public Conversation {
    messages = List.copyOf(messages);
  }

  public static Conversation ofQuestion(String question) {
    return new Conversation(List.of(new ChatMessage("user", question)));
  }

  public Conversation with(String role, String content) {
    List<ChatMessage> longer = new ArrayList<>(messages);
    longer.add(new ChatMessage(role, content));
    return new Conversation(longer);
  }

  boolean hasAnswers() {
    return messages.stream().anyMatch(message -> message.role().equals("assistant"));
  }

  /** Adds an instruction to the end of the last message, unless the instruction is blank. */
  public Conversation instructed(String instruction) {
    if (instruction.isBlank()) {
      return this;
    }
    List<ChatMessage> instructed = new ArrayList<>(messages);
    ChatMessage last = instructed.remove(instructed.size() - 1);
    instructed.add(new ChatMessage(last.role(), last.content() + " " + instruction.strip()));
    return new Conversation(instructed);
  }

  /** Turns the conversation into a message of the orchestrator's contract. */
  public Chat toChat() {
    Chat.Builder chat = Chat.newBuilder();
    messages.forEach(m -> chat.addMessagesBuilder().setRole(m.role()).setContent(m.content()));
    return chat.build();
  }

  public ArrayNode toJson() {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    messages.forEach(m -> list.addObject().put("role", m.role()).put("content", m.content()));
    return list;
  }
}
