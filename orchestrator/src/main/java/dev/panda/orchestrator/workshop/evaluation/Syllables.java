package dev.panda.orchestrator.workshop.evaluation;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts the syllables of an English word by its spelling.
 *
 * <p>Every group of the vowels a, e, i, o, u, y is a syllable. A silent ending is no syllable:
 *
 * <ul>
 *   <li>a final {@code e} after a consonant (<i>home</i>), but not in <i>apple</i>;
 *   <li>{@code es} after a consonant (<i>homes</i>), but not after a hissing sound (<i>boxes</i>);
 *   <li>{@code ed} after a consonant (<i>jumped</i>), but not after t or d (<i>needed</i>).
 * </ul>
 *
 * A pair of vowels that are usually spoken apart counts as two (<i>li-on, cre-ate, be-ing,
 * sci-ence</i>). A word has at least one syllable. The rules miss a word now and then; over a whole
 * text the errors are small, and they are the same for all texts that are compared.
 */
final class Syllables {
  private static final Pattern VOWELS = Pattern.compile("[aeiouy]+");
  private static final Pattern SILENT_ENDING =
      Pattern.compile("([^aeiouy]e|[^aeiouysxzcgh]es|[^aeiouyh]hes|[^aeiouytd]ed)$");
  private static final Pattern SPOKEN_ENDING = Pattern.compile("([^aeiouylr]l(e|es|ed)|[cs]hes)$");
  private static final Pattern SPOKEN_APART =
      Pattern.compile(
          "[^tcsg]ia|[^tcsgx]io|iu|[^q]uou|[^qg]ua[^r]|[aeiouy]ing"
              + "|scien|clien|dien|rien(?!d)|iet|creat(?!u)|[dr]ea$|reali|reac[^h]|eo[^uprn]");
  private static final Pattern NOT_LETTERS = Pattern.compile("[^a-z]");

  private Syllables() {}

  static int count(String word) {
    String letters = NOT_LETTERS.matcher(word.toLowerCase(Locale.ROOT)).replaceAll("");
    int syllables = matches(VOWELS, letters) + matches(SPOKEN_APART, letters);
    if (SILENT_ENDING.matcher(letters).find() && !SPOKEN_ENDING.matcher(letters).find()) {
      syllables--;
    }
    return Math.max(1, syllables);
  }

  private static int matches(Pattern pattern, String letters) {
    Matcher matcher = pattern.matcher(letters);
    int matches = 0;
    while (matcher.find()) {
      matches++;
    }
    return matches;
  }
}
