package dev.panda.basemodel.workshop.training;

import dev.panda.transformer.tokenizer.ChatMessage;
import java.util.List;

/**
 * An answer to learn.
 *
 * @param messages the conversation before it, the user's message last
 * @param response not blank
 * @param whole whether it came to its end by itself, rather than at a limit
 */
record Answer(List<ChatMessage> messages, String response, boolean whole) {
  Answer {
    messages = List.copyOf(messages);
  }
}
