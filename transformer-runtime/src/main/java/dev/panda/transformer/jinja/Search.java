package dev.panda.transformer.jinja;

/**
 * Finds a text within another, from the start or from the end. The time grows with the sum of their
 * lengths, whatever they hold (Knuth, Morris and Pratt); that of {@link String#indexOf(String)}
 * grows with the product.
 */
final class Search {
  private final String text;
  private final String sought;
  private final boolean backward;

  /** For each length of a start that matches: that of the longest shorter one that also does. */
  private final int[] shorter;

  private Search(Run run, Text text, Text sought, boolean backward) {
    this.text = text.chars();
    this.sought = sought.chars();
    this.backward = backward;
    run.scan(text);
    run.charge(2L * sought.chars().length());
    shorter = new int[sought.chars().length() + 1];
    for (int i = 1, matched = 0; i < sought.chars().length(); i++) {
      matched = matched(matched, at(this.sought, i));
      shorter[i + 1] = matched;
    }
  }

  static Search forward(Run run, Text text, Text sought) {
    return new Search(run, text, sought, false);
  }

  static Search backward(Run run, Text text, Text sought) {
    return new Search(run, text, sought, true);
  }

  /** Index of the first match that begins at or after an index, or -1; forward only. */
  int from(int start) {
    int end = end(start);
    return end < 0 ? -1 : end - sought.length();
  }

  /** Index of the last match that ends at or before an index, or -1; backward only. */
  int before(int end) {
    int start = end(text.length() - end);
    return start < 0 ? -1 : text.length() - start;
  }

  /** Where the next match ends, in the direction of the search. */
  private int end(int start) {
    int matched = 0;
    for (int i = start; i < text.length() && matched < sought.length(); i++) {
      matched = matched(matched, at(text, i));
      if (matched == sought.length()) {
        return i + 1;
      }
    }
    return sought.isEmpty() && start <= text.length() ? start : -1;
  }

  /** How many characters match after another one. */
  private int matched(int before, char next) {
    int matched = before;
    while (matched > 0 && at(sought, matched) != next) {
      matched = shorter[matched];
    }
    return at(sought, matched) == next ? matched + 1 : 0;
  }

  private char at(String chars, int index) {
    return chars.charAt(backward ? chars.length() - 1 - index : index);
  }
}
