package dev.panda.reward.workshop.pairs;

import dev.panda.transformer.chat.ChatMessage;
import java.util.List;

/**
 * Two responses to one prompt, one of them preferred.
 *
 * @param messages the prompt, which identifies the pair's group; the last message is the user's
 */
public record PreferencePair(List<ChatMessage> messages, String chosen, String rejected) {
  public PreferencePair {
    messages = List.copyOf(messages);
  }
}
