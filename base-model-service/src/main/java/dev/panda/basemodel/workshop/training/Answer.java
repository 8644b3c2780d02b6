package dev.panda.basemodel.workshop.training;

import dev.panda.transformer.chat.ChatMessage;
import java.util.List;

/**
 * An answer to learn from.
 *
 * @param messages the conversation before the answer; the last message is the user's
 * @param response not blank
 * @param whole whether the answer ended by itself rather than at a limit
 */
record Answer(List<ChatMessage> messages, String response, boolean whole) {
  Answer {
    messages = List.copyOf(messages);
  }
}
