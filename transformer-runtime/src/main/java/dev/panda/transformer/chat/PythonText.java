package dev.panda.transformer.chat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import jinjava.javax.el.ELException;

/** The methods of Python's {@code str} that chat templates call. */
final class PythonText {
  private PythonText() {}

  static Object call(String text, String method, Object[] arguments) {
    return switch (method) {
      case "strip" -> strip(text, arguments, true, true);
      case "lstrip" -> strip(text, arguments, true, false);
      case "rstrip" -> strip(text, arguments, false, true);
      case "split" -> split(text, arguments);
      case "startswith" -> text.startsWith(argument(method, arguments, 0));
      case "endswith" -> text.endsWith(argument(method, arguments, 0));
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "title" -> title(text);
      case "capitalize" -> capitalise(text);
      case "replace" ->
          text.replace(argument(method, arguments, 0), argument(method, arguments, 1));
      case "find" -> text.indexOf(argument(method, arguments, 0));
      case "join" -> join(text, arguments);
      default -> throw new ELException("method " + method + ": not available to templates");
    };
  }

  private static String argument(String method, Object[] arguments, int index) {
    if (index >= arguments.length || !(arguments[index] instanceof CharSequence)) {
      throw new ELException("method " + method + ": argument " + (index + 1) + " (expected: text)");
    }
    return arguments[index].toString();
  }

  private static String strip(String text, Object[] arguments, boolean left, boolean right) {
    IntPredicate stripped =
        arguments.length == 0 || arguments[0] == null
            ? PythonText::isSpace
            : character -> arguments[0].toString().indexOf(character) >= 0;
    int from = 0;
    int to = text.length();
    while (left && from < to && stripped.test(text.charAt(from))) {
      from++;
    }
    while (right && to > from && stripped.test(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  /** As Python's {@code str.isspace}. */
  private static boolean isSpace(int character) {
    return Character.isWhitespace(character)
        || Character.isSpaceChar(character)
        || character == '\u0085';
  }

  private static List<Object> split(String text, Object[] arguments) {
    int most = arguments.length > 1 ? ((Number) arguments[1]).intValue() : -1;
    if (arguments.length == 0 || arguments[0] == null) {
      String stripped = strip(text, new Object[0], true, true);
      return stripped.isEmpty()
          ? new ArrayList<>()
          : new ArrayList<>(Arrays.asList((Object[]) stripped.split("(?U)\\s+", most + 1)));
    }
    String separator = argument("split", arguments, 0);
    if (separator.isEmpty()) {
      throw new ELException("method split: empty separator");
    }
    List<Object> parts = new ArrayList<>();
    int from = 0;
    int to = text.indexOf(separator);
    while (to >= 0 && parts.size() != most) {
      parts.add(text.substring(from, to));
      from = to + separator.length();
      to = text.indexOf(separator, from);
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static String join(String separator, Object[] arguments) {
    if (arguments.length != 1 || !(arguments[0] instanceof Iterable<?> parts)) {
      throw new ELException("method join: argument 1 (expected: a list)");
    }
    List<String> texts = new ArrayList<>();
    parts.forEach(part -> texts.add(String.valueOf(part)));
    return String.join(separator, texts);
  }

  private static String capitalise(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT)
            + text.substring(1).toLowerCase(Locale.ROOT);
  }

  private static String title(String text) {
    StringBuilder title = new StringBuilder(text.length());
    boolean inWord = false;
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      title.append(inWord ? Character.toLowerCase(character) : Character.toTitleCase(character));
      inWord = Character.isLetter(character);
    }
    return title.toString();
  }
}
