package dev.panda.basemodel.workshop.training;

import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.chat.ChatTemplate;
import dev.panda.transformer.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns answers into tokens. If a response does not fit after its prompt, the encoder cuts it and
 * adds no end token. For use by one thread.
 */
final class AnswerEncoder {
  private final Tokenizer tokenizer;
  private final ChatTemplate template;
  private final int endToken;
  private final int context;
  private final Map<List<ChatMessage>, int[]> prompts = new HashMap<>();
  private int shortened;

  /**
   * @param context largest number of tokens of prompt and response together
   */
  AnswerEncoder(Tokenizer tokenizer, ChatTemplate template, int endToken, int context) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.endToken = endToken;
    this.context = context;
  }

  /**
   * @throws IllegalArgumentException if the prompt leaves no room for a response
   */
  EncodedAnswer encode(Answer answer) {
    int[] prompt = prompts.computeIfAbsent(answer.messages(), this::prompt);
    if (prompt.length >= context) {
      throw new IllegalArgumentException(
          "messages: %d tokens (expected: fewer than the context, %d)"
              .formatted(prompt.length, context));
    }
    int[] body = tokenizer.encode(answer.response(), false);
    int room = context - prompt.length;
    boolean ends = answer.whole() && body.length < room;
    if (body.length + (answer.whole() ? 1 : 0) > room) {
      shortened++;
    }
    int length = Math.min(body.length, room);
    int[] tokens = Arrays.copyOf(prompt, prompt.length + length + (ends ? 1 : 0));
    System.arraycopy(body, 0, tokens, prompt.length, length);
    if (ends) {
      tokens[tokens.length - 1] = endToken;
    }
    return new EncodedAnswer(tokens, prompt.length);
  }

  /** Number of responses that were cut to fit. */
  int shortened() {
    return shortened;
  }

  private int[] prompt(List<ChatMessage> messages) {
    return tokenizer.encode(template.render(messages, true));
  }
}
