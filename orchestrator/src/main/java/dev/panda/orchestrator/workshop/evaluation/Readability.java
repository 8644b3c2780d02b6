package dev.panda.orchestrator.workshop.evaluation;

import java.util.OptionalDouble;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * How hard an English text is to read: the Flesch–Kincaid grade, 0.39 · words/sentences + 11.8 ·
 * syllables/words − 15.59 (Kincaid and others, 1975). The grade is roughly the year of school in
 * which readers understand the text.
 *
 * <p>A word is a run of letters and digits with at least one letter; it may contain apostrophes. A
 * hyphen separates words. A sentence ends at a run of {@code . ! ? …} with any closing quotes and
 * brackets, if white space or the end of the text follows. It also ends at a line break, because
 * the lines of a list are separate. A full stop after an initial or a common abbreviation does not
 * end a sentence. A piece without a word, such as the number before a list's item, is no sentence.
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

  /** The Flesch–Kincaid grade; empty for a text without words. Below 0 for the easiest texts. */
  public OptionalDouble grade() {
    if (words == 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(0.39 * words / sentences + 11.8 * syllables / words - 15.59);
  }
}
