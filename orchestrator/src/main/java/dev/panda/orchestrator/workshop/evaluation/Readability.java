package dev.panda.orchestrator.workshop.evaluation;

import java.util.OptionalDouble;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * How hard an English text is to read: the Flesch–Kincaid grade, 0.39 · words/sentences + 11.8 ·
 * syllables/words − 15.59 (Kincaid and others, 1975), roughly the year of school in which it is
 * understood.
 *
 * <p>A word is a run of letters and digits with at least one letter, apostrophes inside it
 * included; a hyphen parts words. A sentence ends at a run of {@code . ! ? …}, with closing quotes
 * and brackets behind it, where white space or the text's end follows, and at a line break, since
 * the lines of a list are read apart. A full stop after an initial or after one of a few common
 * abbreviations doesn't end it. What holds no word is no sentence: the number before a list's item
 * counts for nothing.
 *
 * @param words number of words
 * @param sentences number of sentences
 * @param syllables number of syllables in all words
 */
public record Readability(int words, int sentences, int syllables) {
  private static final Pattern SENTENCE_END =
      Pattern.compile(
          "(?<!\\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|vs|etc|approx|e\\.g|i\\.e|a\\.m|p\\.m)(?=\\.))"
              + "[.!?…]+[\"'”’)\\]*]*(?=\\s|$)|\\R");
  private static final Pattern WORD =
      Pattern.compile("[\\p{L}\\p{N}]*\\p{L}[\\p{L}\\p{N}]*(?:['’][\\p{L}]+)*");

  /** Counts words, sentences and syllables. */
  public static Readability of(String text) {
    int words = 0;
    int sentences = 0;
    int syllables = 0;
    for (String sentence : SENTENCE_END.split(text, -1)) {
      int before = words;
      for (MatchResult match : WORD.matcher(sentence).results().toList()) {
        words++;
        syllables += Syllables.count(match.group());
      }
      if (words > before) {
        sentences++;
      }
    }
    return new Readability(words, sentences, syllables);
  }

  /** The Flesch–Kincaid grade; none for a text without words. Below 0 for the easiest texts. */
  public OptionalDouble grade() {
    if (words == 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(0.39 * words / sentences + 11.8 * syllables / words - 15.59);
  }
}
