package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.port.ChatMessage;
import java.util.List;

/** The text to answer or to continue. */
public sealed interface Prompt {

  /** A text, which the model continues. */
  record Text(String text) implements Prompt {}

  /** A conversation, which the base model's chat template renders. */
  record Chat(List<ChatMessage> messages) implements Prompt {
    public Chat {
      messages = List.copyOf(messages);
    }
  }

  /** Token ids. */
  record Tokens(int[] ids) implements Prompt {}
}
