package dev.panda.reward.workshop.pairs;

import dev.panda.reward.workshop.batch.TextEncoder;
import java.util.Arrays;

/**
 * Encodes pairs as the backbone's tokens. If a response does not fit after its prompt, the encoder
 * cuts it and adds no end token. For use by one thread.
 */
public final class PairEncoder {
  private final TextEncoder texts;
  private final int maxTokens;
  private int shortened;

  /**
   * Creates an encoder for one backbone.
   *
   * @param maxTokens largest number of tokens of prompt and response together
   */
  public PairEncoder(TextEncoder texts, int maxTokens) {
    this.texts = texts;
    this.maxTokens = maxTokens;
  }

  /**
   * Encodes a pair; cuts its responses to fit.
   *
   * @throws IllegalArgumentException if the prompt leaves no room for a response, or a response has
   *     no tokens
   */
  public EncodedPair encode(PreferencePair pair) {
    int[] prompt = texts.prompt(pair.messages());
    if (prompt.length >= maxTokens) {
      throw new IllegalArgumentException(
          "messages: %d tokens (expected: fewer than %d, the limit for prompt and response)"
              .formatted(prompt.length, maxTokens));
    }
    return new EncodedPair(
        pair,
        response(prompt, "chosen", pair.chosen()),
        response(prompt, "rejected", pair.rejected()));
  }

  /** Number of responses that were cut to fit. */
  public int shortened() {
    return shortened;
  }

  /** The text of a response at a cut, without the end token. */
  public String text(ResponseTokens response, int cut) {
    return texts.text(
        Arrays.copyOfRange(response.tokens(), response.start(), response.ends()[cut]));
  }

  private ResponseTokens response(int[] prompt, String field, String text) {
    int[] body = texts.response(field, text);
    boolean whole = prompt.length + body.length + 1 <= maxTokens;
    int length = whole ? body.length : Math.min(body.length, maxTokens - prompt.length);
    int[] tokens = Arrays.copyOf(prompt, prompt.length + length + (whole ? 1 : 0));
    System.arraycopy(body, 0, tokens, prompt.length, length);
    if (whole) {
      tokens[tokens.length - 1] = texts.endToken();
    } else {
      shortened++;
    }
    return new ResponseTokens(tokens, prompt.length, whole);
  }
}
