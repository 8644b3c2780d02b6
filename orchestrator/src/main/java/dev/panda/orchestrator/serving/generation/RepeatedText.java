package dev.panda.orchestrator.serving.generation;

import java.util.Arrays;

/**
 * Guesses a response's next tokens: what followed its last tokens where these occurred before, in
 * the response, in its prompt, or in a text that it is likely to resemble (prompt look-up
 * decoding).
 */
final class RepeatedText {
  /** Between texts; no token. */
  private static final int END = -1;

  private static final int LEAST_IN_COMMON = 2;
  private static final int MOST_IN_COMMON = 8;

  private int[] tokens;
  private int length;

  /**
   * Begins before the response.
   *
   * @param likely a text that the response may resemble; none if it is empty
   */
  RepeatedText(int[] prompt, int[] likely) {
    this.tokens = new int[2 * prompt.length + likely.length + 64];
    if (likely.length > 0) {
      add(prompt);
      add(likely);
      add(END);
    }
    add(prompt);
  }

  void append(int token) {
    add(token);
  }

  private void add(int... more) {
    if (length + more.length > tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * (length + more.length));
    }
    System.arraycopy(more, 0, tokens, length, more.length);
    length += more.length;
  }

  /**
   * Guesses what comes next: no more tokens than those last ones that occurred before, and none if
   * these are few. Of several places the one with the most in common counts, then the last one.
   *
   * @param most largest number of tokens
   */
  int[] next(int most) {
    int best = 0;
    int from = length;
    for (int end = length - 1; most > 0 && end > 0 && best < MOST_IN_COMMON; end--) {
      int common = inCommonBefore(end);
      if (common > best) {
        best = common;
        from = end;
      }
    }
    if (best < LEAST_IN_COMMON) {
      return new int[0];
    }
    int[] guess = Arrays.copyOfRange(tokens, from, Math.min(length, from + Math.min(most, best)));
    int end = Arrays.stream(guess).boxed().toList().indexOf(END);
    return end < 0 ? guess : Arrays.copyOf(guess, end);
  }

  /** Number of tokens before a place that equal the last ones. */
  private int inCommonBefore(int end) {
    int common = 0;
    while (common < MOST_IN_COMMON
        && common < end
        && tokens[end - 1 - common] == tokens[length - 1 - common]
        && tokens[end - 1 - common] != END) {
      common++;
    }
    return common;
  }
}
