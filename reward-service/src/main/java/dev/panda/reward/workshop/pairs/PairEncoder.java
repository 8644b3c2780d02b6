package dev.panda.reward.workshop.pairs;

import dev.panda.reward.workshop.batch.TextEncoder;
import java.util.Arrays;

/**
 * Turns pairs into the backbone's tokens. A response that does not fit behind its prompt is cut to
 * fit, and then has no end token. For use by one thread.
 */
public final class PairEncoder {
  private final TextEncoder texts;
  private final int maxTokens;
  private int shortened;

  /**
   * Encodes for one backbone.
   *
   * @param maxTokens longest prompt and response together
   */
  public PairEncoder(TextEncoder texts, int maxTokens) {
    this.texts = texts;
    this.maxTokens = maxTokens;
  }

  /**
   * A pair in tokens, its responses cut to fit.
   *
   * @throws IllegalArgumentException if the prompt leaves no room for a response, or a response has
   *     no tokens
   */
  public EncodedPair encode(PreferencePair pair) {
    int[] prompt = texts.prompt(pair.messages());
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
  public int shortened() {
    return shortened;
  }

  /** Text of a response at a cut, without the end token. */
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
