package dev.panda.reward.training;

import dev.panda.transformer.tokenizer.ChatMessage;
import dev.panda.transformer.tokenizer.ChatTemplate;
import dev.panda.transformer.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns pairs into the backbone's tokens. A response that does not fit behind its prompt is cut to
 * fit, and then has no end token. For use by one thread.
 */
final class PairEncoder {
  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> template;
  private final int endToken;
  private final int maxTokens;
  private final Map<List<ChatMessage>, int[]> prompts = new HashMap<>();
  private int shortened;

  /**
   * @param template absent where the model has none: a prompt is then one message, as it stands
   * @param maxTokens longest prompt and response together
   */
  PairEncoder(Tokenizer tokenizer, Optional<ChatTemplate> template, int endToken, int maxTokens) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.endToken = endToken;
    this.maxTokens = maxTokens;
  }

  /**
   * @throws IllegalArgumentException if the prompt leaves no room for a response, or a response has
   *     no tokens
   */
  EncodedPair encode(PreferencePair pair) {
    int[] prompt = prompts.computeIfAbsent(pair.messages(), this::prompt);
    if (prompt.length >= maxTokens) {
      throw new IllegalArgumentException(
          "messages: %d tokens (expected: less than %d, the longest prompt and response)"
              .formatted(prompt.length, maxTokens));
    }
    return new EncodedPair(
        pair,
        response(prompt, "chosen", pair.chosen()),
        response(prompt, "rejected", pair.rejected()));
  }

  /** Number of responses that were cut to fit. */
  int shortened() {
    return shortened;
  }

  /** Text of a response at a cut, without the end token. */
  String text(ResponseTokens response, int cut) {
    return tokenizer.decode(
        Arrays.copyOfRange(response.tokens(), response.start(), response.ends()[cut]), false);
  }

  private int[] prompt(List<ChatMessage> messages) {
    if (template.isPresent()) {
      return tokenizer.encode(template.get().render(messages, true), false);
    }
    if (messages.size() > 1) {
      throw new IllegalArgumentException(
          "messages: %d (expected: 1, for a model without a chat template)"
              .formatted(messages.size()));
    }
    return tokenizer.encode(messages.get(0).content(), true);
  }

  private ResponseTokens response(int[] prompt, String field, String text) {
    int[] body = tokenizer.encode(text, false);
    if (body.length == 0) {
      throw new IllegalArgumentException(field + ": no tokens (expected: at least one)");
    }
    boolean whole = prompt.length + body.length + 1 <= maxTokens;
    int length = whole ? body.length : Math.min(body.length, maxTokens - prompt.length);
    int[] tokens = Arrays.copyOf(prompt, prompt.length + length + (whole ? 1 : 0));
    System.arraycopy(body, 0, tokens, prompt.length, length);
    if (whole) {
      tokens[tokens.length - 1] = endToken;
    } else {
      shortened++;
    }
    return new ResponseTokens(tokens, prompt.length, Cuts.ends(prompt.length, length, whole));
  }
}
