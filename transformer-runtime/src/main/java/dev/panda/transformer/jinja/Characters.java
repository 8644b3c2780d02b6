package dev.panda.transformer.jinja;

import java.util.Locale;

/** Characters as Python classifies them. */
final class Characters {
  private static final int SIGMA = 0x3A3;
  private static final int NEIGHBOURS = 16;

  private Characters() {}

  /** As Python's {@code str.isspace}, {@code str.strip} and {@code \s}. */
  static boolean isSpace(int character) {
    return (character >= '\t' && character <= '\r')
        || (character >= 0x1C && character <= ' ')
        || character == 0x85
        || Character.getType(character) == Character.SPACE_SEPARATOR
        || character == 0x2028
        || character == 0x2029;
  }

  /** Where {@code str.splitlines} splits. */
  static boolean isLineBreak(int character) {
    return (character >= '\n' && character <= '\r')
        || (character >= 0x1C && character <= 0x1E)
        || character == 0x85
        || character == 0x2028
        || character == 0x2029;
  }

  /** Whether {@code repr} shows the character itself. */
  static boolean isPrintable(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> character == ' ';
      default -> true;
    };
  }

  static boolean isCased(int character) {
    return Character.isUpperCase(character)
        || Character.isLowerCase(character)
        || Character.isTitleCase(character);
  }

  /** As Python's {@code str.title}, or {@code str.capitalize} if the text is one word. */
  static String title(String text, boolean oneWord) {
    StringBuilder title = new StringBuilder(text.length());
    boolean inWord = false;
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      title.append(inWord ? lowerAt(text, i) : titleCase(character));
      inWord = oneWord || isCased(character);
      i += Character.charCount(character);
    }
    return title.toString();
  }

  private static String titleCase(int character) {
    if (Character.toTitleCase(character) != character) {
      return Character.toString(Character.toTitleCase(character));
    }
    String upper = upper(Character.toString(character));
    return upper.codePointCount(0, upper.length()) == 1 ? upper : title(upper, false);
  }

  /** As Python's {@code str.swapcase}. */
  static String swapCase(String text) {
    StringBuilder swapped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      String character = Character.toString(text.codePointAt(i));
      String lower = lowerAt(text, i);
      swapped.append(lower.equals(character) ? upper(character) : lower);
      i += character.length();
    }
    return swapped.toString();
  }

  /** A character of a text in lower case; that of a sigma depends on its neighbours. */
  private static String lowerAt(String text, int at) {
    int character = text.codePointAt(at);
    if (character != SIGMA) {
      return lower(Character.toString(character));
    }
    String before = text.substring(Math.max(0, at - NEIGHBOURS), at);
    String more = text.substring(at, Math.min(text.length(), at + NEIGHBOURS));
    int index = lower(before).length();
    return lower(before + more).substring(index, index + 1);
  }

  /** A number in hexadecimal digits, with zeros before it. */
  static String hex(int number, int digits) {
    String hex = Integer.toHexString(number);
    return "0".repeat(Math.max(0, digits - hex.length())) + hex;
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }
}
