package dev.panda.orchestrator.workshop.evaluation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How much a text repeats itself: rep-n, the share of its n-grams that appeared in it before, in
 * percent. Tokens are words in lower case and single punctuation marks.
 */
public final class Repetition {
  private static final Pattern TOKEN =
      Pattern.compile("[\\p{L}\\p{N}]+(?:['’][\\p{L}]+)*|[^\\s\\p{L}\\p{N}]");

  private final List<String> tokens;

  private Repetition(List<String> tokens) {
    this.tokens = tokens;
  }

  public static Repetition of(String text) {
    return new Repetition(
        TOKEN
            .matcher(text.toLowerCase(Locale.ROOT))
            .results()
            .map(result -> result.group())
            .toList());
  }

  /**
   * Computes rep-n as it is defined, 100 · (1 − U/T) for U different n-grams among T.
   *
   * @param n at least 1
   * @return empty if the text is too short for an n-gram
   */
  public OptionalDouble exact(int n) {
    int total = ngrams(n);
    return total == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(100 * (1 - different(n) / (double) total));
  }

  /**
   * Computes rep-n as published decoding code does, 100 · (1 − U/(T + 1)); 100 if the text is too
   * short for an n-gram. Favours long texts; use it only for comparison with published tables.
   *
   * @param n at least 1
   */
  public double args(int n) {
    return 100 * (1 - different(n) / (ngrams(n) + 1.0));
  }

  private int ngrams(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("n: " + n + " (expected: >= 1)");
    }
    return Math.max(0, tokens.size() - n + 1);
  }

  private int different(int n) {
    Set<List<String>> seen = new HashSet<>();
    for (int i = 0; i + n <= tokens.size(); i++) {
      seen.add(new ArrayList<>(tokens.subList(i, i + n)));
    }
    return seen.size();
  }
}
