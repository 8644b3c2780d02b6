package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.port.ChatMessage;
import java.util.List;

/** What is to be answered or continued. */
public sealed interface Prompt {

  /** A text that is continued as it stands. */
  record Text(String text) implements Prompt {}

  /** A conversation, rendered with the base model's chat template. */
  record Chat(List<ChatMessage> messages) implements Prompt {
    public Chat {
      messages = List.copyOf(messages);
    }
  }

  /** Token ids, used as they are. */
  record Tokens(int[] ids) implements Prompt {}
}
