package dev.panda.transformer.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Python's {@code split}, {@code rsplit}, {@code splitlines} and {@code partition}. */
final class Splitting {
  private Splitting() {}

  static ListValue split(Run run, Bound arguments) {
    Text text = arguments.text(0);
    Text separator = separator(arguments);
    long most = arguments.integer(2, -1);
    if (separator != null) {
      return new ListValue(split(run, text, separator, most));
    }
    List<Object> words = new ArrayList<>();
    run.scan(text);
    words(run, text, most, words);
    return new ListValue(words);
  }

  /**
   * The parts of a text between separators, each counted.
   *
   * @param most number of splits; all if negative
   */
  static List<Object> split(Run run, Text text, Text separator, long most) {
    List<Object> parts = new ArrayList<>();
    Search search = Search.forward(run, text, separator);
    int from = 0;
    int to = search.from(0);
    while (to >= 0 && parts.size() != most) {
      add(run, parts, text, from, to);
      from = to + separator.chars().length();
      to = search.from(from);
    }
    add(run, parts, text, from, text.chars().length());
    return parts;
  }

  private static void words(Run run, Text text, long most, List<Object> parts) {
    String chars = text.chars();
    int from = skip(chars, 0, true);
    while (from < chars.length()) {
      boolean last = parts.size() == most;
      int to = last ? chars.length() : skip(chars, from, false);
      Text word = text.part(run, from, to);
      run.charge(Run.ITEM);
      parts.add(last ? TextMethods.strip(run, word, null, false, true) : word);
      from = skip(chars, to, true);
    }
  }

  /** Index of the next character that is not a space, or is one. */
  private static int skip(String chars, int from, boolean spaces) {
    int at = from;
    while (at < chars.length() && Characters.isSpace(chars.charAt(at)) == spaces) {
      at++;
    }
    return at;
  }

  static ListValue rsplit(Run run, Bound arguments) {
    Text text = arguments.text(0);
    Text separator = separator(arguments);
    long most = arguments.integer(2, -1);
    List<Object> parts = new ArrayList<>();
    if (separator == null) {
      run.scan(text);
      wordsFromEnd(run, text, most, parts);
    } else {
      Search search = Search.backward(run, text, separator);
      int to = text.chars().length();
      int from = search.before(to);
      while (from >= 0 && parts.size() != most) {
        add(run, parts, text, from + separator.chars().length(), to);
        to = from;
        from = search.before(to);
      }
      add(run, parts, text, 0, to);
    }
    Collections.reverse(parts);
    return new ListValue(parts);
  }

  private static void wordsFromEnd(Run run, Text text, long most, List<Object> parts) {
    String chars = text.chars();
    int to = skipBack(chars, chars.length(), true);
    while (to > 0) {
      boolean last = parts.size() == most;
      int from = last ? 0 : skipBack(chars, to, false);
      Text word = text.part(run, from, to);
      run.charge(Run.ITEM);
      parts.add(last ? TextMethods.strip(run, word, null, true, false) : word);
      to = skipBack(chars, from, true);
    }
  }

  private static int skipBack(String chars, int from, boolean spaces) {
    int at = from;
    while (at > 0 && Characters.isSpace(chars.charAt(at - 1)) == spaces) {
      at--;
    }
    return at;
  }

  private static Text separator(Bound arguments) {
    Text separator = arguments.optionalText(1);
    if (separator != null && separator.isEmpty()) {
      throw arguments.unexpected(1, "at least one character");
    }
    return separator;
  }

  private static void add(Run run, List<Object> parts, Text text, int from, int to) {
    run.charge(Run.ITEM);
    parts.add(text.part(run, from, to));
  }

  static ListValue lines(Run run, Bound arguments) {
    return new ListValue(lines(run, arguments.text(0), arguments.truth(1, false)));
  }

  static List<Object> lines(Run run, Text text, boolean keepEnds) {
    run.scan(text);
    String chars = text.chars();
    List<Object> lines = new ArrayList<>();
    int from = 0;
    while (from < chars.length()) {
      int to = from;
      while (to < chars.length() && !Characters.isLineBreak(chars.charAt(to))) {
        to++;
      }
      int next = Math.min(chars.length(), to + (chars.startsWith("\r\n", to) ? 2 : 1));
      add(run, lines, text, from, keepEnds ? next : to);
      from = next;
    }
    return lines;
  }

  static TupleValue partition(Run run, Bound arguments, boolean last) {
    Text text = arguments.text(0);
    Text separator = arguments.text(1);
    if (separator.isEmpty()) {
      throw arguments.unexpected(1, "at least one character");
    }
    int length = text.chars().length();
    int at =
        last
            ? Search.backward(run, text, separator).before(length)
            : Search.forward(run, text, separator).from(0);
    if (at < 0) {
      return last
          ? TupleValue.of(Text.EMPTY, Text.EMPTY, text)
          : TupleValue.of(text, Text.EMPTY, Text.EMPTY);
    }
    return TupleValue.of(
        text.part(run, 0, at), separator, text.part(run, at + separator.chars().length(), length));
  }
}
