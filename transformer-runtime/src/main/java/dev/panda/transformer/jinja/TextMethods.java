package dev.panda.transformer.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** The methods of Python's {@code str}; the first parameter is the text itself. */
final class TextMethods {
  /** Both sides, as {@code str.center} has them; {@code format} prefers the other side. */
  static final char CENTER = 'c';

  static final Map<String, Builtin> ALL =
      new Builtin.Table()
          .add("strip(self, chars=, /)", (run, a) -> strip(run, a, true, true))
          .add("lstrip(self, chars=, /)", (run, a) -> strip(run, a, true, false))
          .add("rstrip(self, chars=, /)", (run, a) -> strip(run, a, false, true))
          .add("split(self, sep=, maxsplit=)", Splitting::split)
          .add("rsplit(self, sep=, maxsplit=)", Splitting::rsplit)
          .add("splitlines(self, keepends=)", Splitting::lines)
          .add("partition(self, sep, /)", (run, a) -> Splitting.partition(run, a, false))
          .add("rpartition(self, sep, /)", (run, a) -> Splitting.partition(run, a, true))
          .add("startswith(self, prefix, start=, end=, /)", (run, a) -> affix(run, a, true))
          .add("endswith(self, suffix, start=, end=, /)", (run, a) -> affix(run, a, false))
          .add("removeprefix(self, prefix, /)", TextMethods::removePrefix)
          .add("removesuffix(self, suffix, /)", TextMethods::removeSuffix)
          .add("upper(self, /)", (run, a) -> upper(run, a.text(0)))
          .add("lower(self, /)", (run, a) -> lower(run, a.text(0)))
          .add("title(self, /)", (run, a) -> title(run, a.text(0), false))
          .add("capitalize(self, /)", (run, a) -> title(run, a.text(0), true))
          .add("swapcase(self, /)", TextMethods::swapCase)
          .add("replace(self, old, new, count=, /)", TextMethods::replace)
          .add("find(self, sub, start=, end=, /)", (run, a) -> find(run, a, false, false))
          .add("rfind(self, sub, start=, end=, /)", (run, a) -> find(run, a, true, false))
          .add("index(self, sub, start=, end=, /)", (run, a) -> find(run, a, false, true))
          .add("rindex(self, sub, start=, end=, /)", (run, a) -> find(run, a, true, true))
          .add("count(self, sub, start=, end=, /)", TextMethods::count)
          .add("join(self, iterable, /)", (run, a) -> join(run, a.text(0), a.get(1)))
          .add("format(self, *, **)", BraceFormat::format)
          .add("center(self, width, fillchar=, /)", (run, a) -> pad(run, a, CENTER))
          .add("ljust(self, width, fillchar=, /)", (run, a) -> pad(run, a, '<'))
          .add("rjust(self, width, fillchar=, /)", (run, a) -> pad(run, a, '>'))
          .add("zfill(self, width, /)", TextMethods::fillZeros)
          .add("isspace(self, /)", (run, a) -> all(run, a, Characters::isSpace))
          .add("isdigit(self, /)", (run, a) -> all(run, a, Character::isDigit))
          .add("isdecimal(self, /)", (run, a) -> all(run, a, Character::isDigit))
          .add("isalpha(self, /)", (run, a) -> all(run, a, Character::isLetter))
          .add("isalnum(self, /)", (run, a) -> all(run, a, Character::isLetterOrDigit))
          .add("isascii(self, /)", (run, a) -> isAscii(run, a.text(0)))
          .add("isupper(self, /)", (run, a) -> hasCase(run, a.text(0), true))
          .add("islower(self, /)", (run, a) -> hasCase(run, a.text(0), false))
          .refuse("method", "casefold", "encode", "expandtabs", "format_map", "isidentifier")
          .refuse("method", "isnumeric", "isprintable", "istitle", "maketrans", "translate")
          .build();

  private TextMethods() {}

  private static Text strip(Run run, Bound arguments, boolean left, boolean right) {
    return strip(run, arguments.text(0), arguments.optionalText(1), left, right);
  }

  /**
   * Strips characters from the ends.
   *
   * @param stripped the characters, or Java's null for white space
   */
  static Text strip(Run run, Text text, Text stripped, boolean left, boolean right) {
    IntPredicate strips =
        stripped == null ? Characters::isSpace : c -> stripped.chars().indexOf(c) >= 0;
    String chars = text.chars();
    int from = 0;
    int to = chars.length();
    int cost = stripped == null ? 1 : 1 + stripped.chars().length() / 16;
    while (left && from < to && strips.test(chars.codePointAt(from))) {
      run.step(cost);
      from += Character.charCount(chars.codePointAt(from));
    }
    while (right && to > from && strips.test(chars.codePointBefore(to))) {
      run.step(cost);
      to -= Character.charCount(chars.codePointBefore(to));
    }
    return text.part(run, from, to);
  }

  private static boolean affix(Run run, Bound arguments, boolean prefix) {
    Text text = inWindow(run, arguments);
    int[] window = window(run, arguments);
    List<Object> affixes =
        arguments.get(1) instanceof TupleValue tuple ? tuple.items() : List.of(arguments.text(1));
    for (Object affix : affixes) {
      if (!(affix instanceof Text some)) {
        throw Types.unexpected(affix, "text");
      }
      run.step(1 + some.chars().length() / 16);
      boolean found =
          prefix ? text.chars().startsWith(some.chars()) : text.chars().endsWith(some.chars());
      if (found && window[0] <= window[1]) {
        return true;
      }
    }
    return false;
  }

  /** The part of a text between the optional arguments 2 and 3. */
  private static Text inWindow(Run run, Bound arguments) {
    int[] window = window(run, arguments);
    return arguments.text(0).part(run, window[0], Math.max(window[0], window[1]));
  }

  private static int[] window(Run run, Bound arguments) {
    Text text = arguments.text(0);
    long length = text.length();
    long start = arguments.isNone(2) ? 0 : arguments.integer(2, 0);
    long end = arguments.isNone(3) ? length : arguments.integer(3, length);
    start = start < 0 ? Math.max(0, start + length) : start;
    end = end < 0 ? Math.max(0, end + length) : Math.min(end, length);
    boolean inside = start <= length;
    return new int[] {
      text.offset(run, Math.min(start, length)), inside ? text.offset(run, end) : -1
    };
  }

  private static Text removePrefix(Run run, Bound arguments) {
    Text text = arguments.text(0);
    String prefix = arguments.text(1).chars();
    run.scan(arguments.text(1));
    return text.chars().startsWith(prefix)
        ? text.part(run, prefix.length(), text.chars().length())
        : text;
  }

  private static Text removeSuffix(Run run, Bound arguments) {
    Text text = arguments.text(0);
    String suffix = arguments.text(1).chars();
    run.scan(arguments.text(1));
    return text.chars().endsWith(suffix)
        ? text.part(run, 0, text.chars().length() - suffix.length())
        : text;
  }

  static Text upper(Run run, Text text) {
    run.charge(text.chars().length());
    return text.as(run, Characters.upper(text.chars()));
  }

  static Text lower(Run run, Text text) {
    run.charge(text.chars().length());
    return text.as(run, Characters.lower(text.chars()));
  }

  static Text title(Run run, Text text, boolean oneWord) {
    run.step(text.chars().length());
    run.charge(2L * text.chars().length());
    return text.as(run, Characters.title(text.chars(), oneWord));
  }

  private static Text swapCase(Run run, Bound arguments) {
    Text text = arguments.text(0);
    run.step(text.chars().length());
    run.charge(3L * text.chars().length());
    return text.as(run, Characters.swapCase(text.chars()));
  }

  private static Text replace(Run run, Bound arguments) {
    Escaping.refuseMarkup(arguments.get(0), "replace");
    return replace(
        run, arguments.text(0), arguments.text(1), arguments.text(2), arguments.integer(3, -1));
  }

  static Text replace(Run run, Text text, Text old, Text replacement, long most) {
    String chars = text.chars();
    Search search = Search.forward(run, text, old);
    TextBuilder replaced = new TextBuilder(run);
    int from = 0;
    int at = most == 0 ? -1 : search.from(0);
    long count = 0;
    while (at >= 0) {
      count++;
      run.step(1 + (at - from) / 16);
      replaced.add(text, from, at).add(replacement);
      from = at + old.chars().length();
      int next = from + (old.isEmpty() && from < chars.length() ? width(chars, from) : 0);
      boolean last = count == most || (old.isEmpty() && from == chars.length());
      at = last ? -1 : search.from(next);
    }
    return count == 0 ? text : replaced.add(text, from, chars.length()).build();
  }

  private static int width(String chars, int at) {
    return Character.charCount(chars.codePointAt(at));
  }

  private static Object find(Run run, Bound arguments, boolean last, boolean required) {
    Text text = arguments.text(0);
    int[] window = window(run, arguments);
    Text sub = arguments.text(1);
    int end = Math.max(0, window[1]);
    int at =
        last
            ? Search.backward(run, text, sub).before(end)
            : Search.forward(run, text, sub).from(window[0]);
    boolean found = at >= window[0] && at + sub.chars().length() <= window[1];
    if (!found && required) {
      throw new TemplateException("index: not found");
    }
    return found ? (long) text.point(at) : -1L;
  }

  private static Object count(Run run, Bound arguments) {
    Text text = inWindow(run, arguments);
    Text sub = arguments.text(1);
    Search search = Search.forward(run, text, sub);
    if (sub.isEmpty()) {
      int[] window = window(run, arguments);
      return window[0] > window[1] ? 0L : text.length() + 1L;
    }
    long count = 0;
    for (int at = search.from(0); at >= 0; count++) {
      at = search.from(at + sub.chars().length());
    }
    return count;
  }

  private static Text join(Run run, Text separator, Object parts) {
    Escaping.refuseMarkup(separator, "join");
    TextBuilder all = new TextBuilder(run);
    Iterator<Object> rest = Sequences.iterate(run, parts);
    while (rest.hasNext()) {
      Object part = rest.next();
      if (!(part instanceof Text text)) {
        throw Types.unexpected(part, "text in the list to join");
      }
      all.add(text).add(rest.hasNext() ? separator : Text.EMPTY);
    }
    return all.build();
  }

  private static Text pad(Run run, Bound arguments, char side) {
    Text fill = arguments.get(2) == null ? Text.of(" ") : arguments.text(2);
    if (fill.length() != 1) {
      throw arguments.unexpected(2, "one character");
    }
    return pad(run, arguments.text(0), arguments.integer(1, 0), fill, side);
  }

  /** Fills a text up to a width: at the left ({@code >}), the right ({@code <}) or both sides. */
  static Text pad(Run run, Text text, long width, Text fill, char side) {
    if (width <= text.length()) {
      return text;
    }
    long missing = width - text.length();
    long left =
        switch (side) {
          case '<' -> 0;
          case '>' -> missing;
          case CENTER -> missing / 2 + (missing & width & 1);
          default -> missing / 2;
        };
    return new TextBuilder(run)
        .add(Arithmetic.repeat(run, fill, left))
        .add(text)
        .add(Arithmetic.repeat(run, fill, missing - left))
        .build()
        .withMarkup(text.markup());
  }

  private static Text fillZeros(Run run, Bound arguments) {
    Text text = arguments.text(0);
    int sign = text.chars().startsWith("-") || text.chars().startsWith("+") ? 1 : 0;
    Text digits = text.part(run, sign, text.chars().length());
    Text filled = pad(run, digits, Math.max(0, arguments.integer(1, 0)) - sign, Text.of("0"), '>');
    return new TextBuilder(run).add(text, 0, sign).add(filled).build().withMarkup(text.markup());
  }

  private static boolean isAscii(Run run, Text text) {
    run.scan(text);
    return text.chars().chars().allMatch(c -> c < 128);
  }

  private static boolean all(Run run, Bound arguments, IntPredicate kind) {
    String chars = arguments.text(0).chars();
    run.scan(arguments.text(0));
    return !chars.isEmpty() && chars.codePoints().allMatch(kind);
  }

  static boolean hasCase(Run run, Text text, boolean upper) {
    run.scan(text);
    IntPredicate other =
        upper
            ? c -> Character.isLowerCase(c) || Character.isTitleCase(c)
            : c -> Character.isUpperCase(c) || Character.isTitleCase(c);
    return text.chars().codePoints().anyMatch(Characters::isCased)
        && text.chars().codePoints().noneMatch(other);
  }
}
