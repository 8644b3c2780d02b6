package dev.panda.transformer.jinja;

import java.util.Locale;

/** Characters as Python classifies them. */
final class Characters {
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
    switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR:
        return false;
      case Character.SPACE_SEPARATOR:
        return character == ' ';
      default:
        return true;
    }
  }

  static boolean isCased(int character) {
    return Character.isUpperCase(character)
        || Character.isLowerCase(character)
        || Character.isTitleCase(character);
  }

  /** As Python's {@code str.title}, or {@code str.capitalize} if the text is one word. */
  static String title(String text, boolean oneWord) {
    StringBuilder title = new StringBuilder(text.length());
    String lower = lower(text);
    boolean sameLength = lower.length() == text.length();
    boolean inWord = false;
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      int next = i + Character.charCount(character);
      if (!inWord) {
        title.append(titleCase(character));
      } else {
        title.append(sameLength ? lower.substring(i, next) : lower(text.substring(i, next)));
      }
      inWord = oneWord || isCased(character);
      i = next;
    }
    return title.toString();
  }

  private static String titleCase(int character) {
    String one = Character.toString(character);
    if (Character.toTitleCase(character) != character) {
      return Character.toString(Character.toTitleCase(character));
    }
    String upper = one.toUpperCase(Locale.ROOT);
    return upper.length() == one.length() ? upper : title(upper, false);
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }
}
