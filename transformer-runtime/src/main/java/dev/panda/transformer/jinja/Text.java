package dev.panda.transformer.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A Python string that knows which of its characters come from outside the template. Indices are in
 * UTF-16 units, except where a method says otherwise.
 */
public final class Text {
  private static final int[] NOTHING = {};
  static final Text EMPTY = of("");

  private final String chars;

  /** Starts and ends of the characters from outside, in order. */
  private final int[] spans;

  /** Whether this is what the filter {@code safe} returns: text added to it is escaped. */
  private final boolean markup;

  private int codePoints = -1;

  Text(String chars, int[] spans, boolean markup) {
    this.chars = chars;
    this.spans = spans;
    this.markup = markup;
  }

  /** The template's own text. */
  public static Text of(String chars) {
    return new Text(chars, NOTHING, false);
  }

  /** Text from outside the template. */
  public static Text content(String chars) {
    return new Text(chars, chars.isEmpty() ? NOTHING : new int[] {0, chars.length()}, false);
  }

  /** Text that is from outside if any of another is. */
  static Text mixed(String chars, Text origin) {
    return origin.spans.length == 0 ? of(chars) : content(chars);
  }

  /** The characters. */
  public String chars() {
    return chars;
  }

  int[] spans() {
    return spans;
  }

  /** Starts and ends of the characters from outside: {@code [start, end]}, in order, none touch. */
  public List<int[]> contents() {
    List<int[]> contents = new ArrayList<>(spans.length / 2);
    for (int i = 0; i < spans.length; i += 2) {
      contents.add(new int[] {spans[i], spans[i + 1]});
    }
    return contents;
  }

  /** Whether the character at an index is from outside. */
  boolean isContent(int index) {
    int at = Arrays.binarySearch(spans, index);
    return at >= 0 ? at % 2 == 0 : -at % 2 == 0;
  }

  boolean markup() {
    return markup;
  }

  Text withMarkup(boolean wanted) {
    if (wanted == markup) {
      return this;
    }
    Text same = new Text(chars, spans, wanted);
    same.codePoints = length(); // so that no text is counted twice
    return same;
  }

  boolean isEmpty() {
    return chars.isEmpty();
  }

  /** Length in code points, as Python counts. */
  int length() {
    if (codePoints < 0) {
      codePoints = chars.codePointCount(0, chars.length());
    }
    return codePoints;
  }

  /** UTF-16 index of a code point. */
  int offset(Run run, long codePoint) {
    if (length() == chars.length()) {
      return (int) codePoint;
    }
    run.scan(this);
    return chars.offsetByCodePoints(0, (int) codePoint);
  }

  /** Index of a UTF-16 unit in code points. */
  int point(int offset) {
    return length() == chars.length() ? offset : chars.codePointCount(0, offset);
  }

  /** The characters from {@code from} to before {@code to}. */
  Text part(Run run, int from, int to) {
    if (from == 0 && to == chars.length()) {
      return this;
    }
    run.charge(Run.ITEM + (to - from));
    return new Text(chars.substring(from, to), cut(from, to), markup);
  }

  private int[] cut(int from, int to) {
    int first = firstAfter(from);
    int last = first;
    while (last < spans.length && spans[last] < to) {
      last += 2;
    }
    int[] cut = last == first ? NOTHING : Arrays.copyOfRange(spans, first, last);
    for (int i = 0; i < cut.length; i++) {
      cut[i] = Math.max(from, Math.min(to, cut[i])) - from;
    }
    return cut;
  }

  /** Index of the first span that ends after a character. */
  private int firstAfter(int character) {
    int at = Arrays.binarySearch(spans, character);
    int index = at >= 0 ? at + at % 2 : -at - 1;
    return index - index % 2;
  }

  /** This text with other characters, such as in upper case, in place of its own. */
  Text as(Run run, String changed) {
    run.charge(Run.ITEM + changed.length());
    return changed.length() == chars.length()
        ? new Text(changed, spans, markup)
        : mixed(changed, this).withMarkup(markup);
  }

  /** As Python orders text: by code points. */
  int compareTo(Text other) {
    int shorter = Math.min(chars.length(), other.chars.length());
    for (int i = 0; i < shorter; i++) {
      char mine = chars.charAt(i);
      char others = other.chars.charAt(i);
      if (mine != others) {
        boolean surrogate = Character.isSurrogate(mine);
        return surrogate == Character.isSurrogate(others) ? mine - others : surrogate ? 1 : -1;
      }
    }
    return chars.length() - other.chars.length();
  }

  /** As in Python: whatever the characters' origin. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Text text && text.chars.equals(chars);
  }

  @Override
  public int hashCode() {
    return chars.hashCode();
  }

  @Override
  public String toString() {
    return chars;
  }
}
