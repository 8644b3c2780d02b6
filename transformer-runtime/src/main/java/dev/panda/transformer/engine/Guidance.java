package dev.panda.transformer.engine;

import dev.panda.transformer.decoder.NextTokens;

/**
 * Which of the likeliest next tokens are evaluated as candidates.
 *
 * @param within candidates that are less likely than the likeliest by more than this, in nats,
 *     cannot win and are not evaluated; not negative, infinite for all
 * @param atOnce largest number of them that is evaluated before {@link Sequence#read} asks for
 *     more, at least 1
 */
public record Guidance(double within, int atOnce) {
  public Guidance {
    if (atOnce < 1) {
      throw new IllegalArgumentException("atOnce: " + atOnce + " (expected: >= 1)");
    }
    if (!(within >= 0)) {
      throw new IllegalArgumentException("within: " + within + " (expected: >= 0)");
    }
  }

  /** Guidance that evaluates all that can win at once. */
  public Guidance(double within) {
    this(within, Integer.MAX_VALUE);
  }

  /**
   * Gives the number of first candidates to evaluate: none if only one of several can win.
   *
   * @param drafted whether the draft has a token there, which is likely to win and is known
   */
  int candidates(NextTokens next, boolean drafted) {
    float[] logProbabilities = next.logProbabilities();
    int count = 1;
    while (count < logProbabilities.length
        && (double) logProbabilities[0] - logProbabilities[count] <= within) {
      count++;
    }
    boolean decided = count == 1 && logProbabilities.length > 1;
    return decided ? 0 : Math.min(count, drafted ? Math.max(1, atOnce - 1) : atOnce);
  }
}
