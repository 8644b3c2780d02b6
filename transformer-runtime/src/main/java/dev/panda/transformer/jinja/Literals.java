package dev.panda.transformer.jinja;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers and quoted text in a template. */
final class Literals {
  private static final Pattern FLOAT =
      Pattern.compile("[0-9][0-9_]*(?:(?:\\.[0-9][0-9_]*)?[eE][+-]?[0-9][0-9_]*|\\.[0-9][0-9_]*)");
  private static final Pattern INTEGER =
      Pattern.compile("0[bB][01_]+|0[oO][0-7_]+|0[xX][0-9a-fA-F_]+|[0-9][0-9_]*");
  private static final String ESCAPES = "\\'\"abfnrtv";
  private static final String ESCAPED = "\\'\"\u0007\b\f\n\r\t\u000b";

  private Literals() {}

  /**
   * A literal.
   *
   * @param value the number, or the text as a Java string
   * @param end index after it
   */
  record Literal(Object value, int end) {}

  static Literal number(String source, int at) {
    boolean afterDot = at > 0 && source.charAt(at - 1) == '.';
    Matcher number = FLOAT.matcher(source).region(at, source.length());
    if (!afterDot && number.lookingAt()) {
      return new Literal(Double.valueOf(digits(number.group())), number.end());
    }
    number.usePattern(INTEGER).region(at, source.length()).lookingAt();
    return new Literal(integer(digits(number.group())), number.end());
  }

  private static String digits(String text) {
    if (text.contains("__") || text.endsWith("_")) {
      throw new TemplateException("number: " + text);
    }
    return text.replace("_", "");
  }

  private static Long integer(String digits) {
    int radix =
        switch (digits.length() > 1 ? digits.substring(0, 2).toLowerCase(Locale.ROOT) : "") {
          case "0b" -> 2;
          case "0o" -> 8;
          case "0x" -> 16;
          default -> 10;
        };
    if (digits.length() > 100) {
      throw new TemplateException("number: " + digits.length() + " digits (expected: 64 bits)");
    }
    BigInteger value = new BigInteger(radix == 10 ? digits : digits.substring(2), radix);
    boolean leadingZero = radix == 10 && digits.startsWith("0") && value.signum() != 0;
    if (value.bitLength() >= Long.SIZE || leadingZero) {
      throw new TemplateException("number: " + digits + " (expected: an integer of 64 bits)");
    }
    return value.longValue();
  }

  static Literal text(String source, int at) {
    char quote = source.charAt(at);
    StringBuilder text = new StringBuilder();
    int i = at + 1;
    while (i < source.length() && source.charAt(i) != quote) {
      boolean escape = source.charAt(i) == '\\' && i + 1 < source.length();
      i = escape ? escape(source, i + 1, text) : i + append(text, source.codePointAt(i));
    }
    if (i >= source.length()) {
      throw new TemplateException("a text without closing " + quote);
    }
    return new Literal(text.toString(), i + 1);
  }

  private static int append(StringBuilder text, int character) {
    text.appendCodePoint(character);
    return Character.charCount(character);
  }

  /** Reads what follows a backslash, as Python does. */
  private static int escape(String source, int at, StringBuilder text) {
    char letter = source.charAt(at);
    int index = ESCAPES.indexOf(letter);
    if (index >= 0) {
      text.append(ESCAPED.charAt(index));
    } else if (letter == 'x' || letter == 'u' || letter == 'U') {
      return code(source, at + 1, letter == 'x' ? 2 : letter == 'u' ? 4 : 8, text);
    } else if (letter >= '0' && letter <= '7') {
      return octal(source, at, text);
    } else if (letter == 'N' || letter > 0x7F) {
      throw new TemplateException("escape \\" + letter + ": not available to chat templates");
    } else if (letter != '\n') {
      text.append('\\').append(letter);
    }
    return at + 1;
  }

  private static int code(String source, int at, int digits, StringBuilder text) {
    int end = Math.min(source.length(), at + digits);
    String code = source.substring(at, end);
    if (!code.matches("[0-9a-fA-F]{" + digits + "}")
        || !Character.isValidCodePoint((int) Math.min(Long.parseLong(code, 16), 0x110000))) {
      throw new TemplateException("escape: " + code + " (expected: a character's code)");
    }
    text.appendCodePoint((int) Long.parseLong(code, 16));
    return end;
  }

  private static int octal(String source, int at, StringBuilder text) {
    int end = at;
    int code = 0;
    while (end < at + 3 && source.charAt(end) >= '0' && source.charAt(end) <= '7') {
      code = code * 8 + source.charAt(end) - '0';
      end++;
    }
    text.appendCodePoint(code);
    return end;
  }
}
