package dev.panda.transformer.jinja;

import java.util.Locale;
import java.util.regex.Pattern;

/** Python's {@code int()} and {@code float()}. */
final class Casts {
  private static final int LONGEST = 400;
  private static final Pattern FLOAT =
      Pattern.compile(
          "[+-]?(\\d+(_\\d+)*\\.?|(\\d+(_\\d+)*)?\\.\\d+(_\\d+)*)([eE][+-]?\\d+(_\\d+)*)?");
  private static final Pattern SPECIAL = Pattern.compile("(?i)([+-]?)(inf|infinity|nan)");

  private Casts() {}

  /** The integer that a text stands for; Java's null if it stands for none. */
  static Long integer(Text text, int base) {
    String chars = stripped(text);
    boolean negative = chars.startsWith("-");
    String digits = chars.startsWith("-") || chars.startsWith("+") ? chars.substring(1) : chars;
    int radix = base;
    if (digits.length() > 2 && digits.charAt(0) == '0') {
      int prefix = "bBoOxX".indexOf(digits.charAt(1)) / 2;
      int named = "bBoOxX".indexOf(digits.charAt(1)) < 0 ? 0 : new int[] {2, 8, 16}[prefix];
      if (named > 0 && (base == 0 || base == named)) {
        radix = named;
        digits = digits.substring(2);
        digits = digits.startsWith("_") ? digits.substring(1) : digits;
      } else if (base == 0 && !digits.matches("0(_?0)*")) {
        return null;
      }
    }
    return parse(digits, radix == 0 ? 10 : radix, negative);
  }

  private static Long parse(String digits, int radix, boolean negative) {
    if (radix < 2 || radix > 36) {
      throw new TemplateException("int: base " + radix + " (expected: 0 or 2 to 36)");
    }
    if (!digits.matches("[\\p{L}\\p{Nd}]+(_[\\p{L}\\p{Nd}]+)*")) {
      return null;
    }
    String plain = digits.replace("_", "");
    if (!plain.codePoints().allMatch(c -> Character.digit(c, radix) >= 0)) {
      return null;
    }
    try {
      return Long.valueOf((negative ? "-" : "") + plain, radix);
    } catch (NumberFormatException e) {
      throw new TemplateException("int: an integer of more than 64 bits");
    }
  }

  /** The float that a text stands for; Java's null if it stands for none. */
  static Double number(Text text) {
    String chars = stripped(text);
    if (SPECIAL.matcher(chars).matches()) {
      double sign = chars.startsWith("-") ? -1 : 1;
      boolean nan = chars.toLowerCase(Locale.ROOT).endsWith("nan");
      return nan ? Double.NaN : sign * Double.POSITIVE_INFINITY;
    }
    return FLOAT.matcher(chars).matches() ? Double.valueOf(chars.replace("_", "")) : null;
  }

  private static String stripped(Text text) {
    String chars = text.chars();
    int from = 0;
    int to = chars.length();
    while (from < to && Characters.isSpace(chars.charAt(from))) {
      from++;
    }
    while (to > from && Characters.isSpace(chars.charAt(to - 1))) {
      to--;
    }
    if (to - from > LONGEST) {
      throw new LimitException("a number of " + (to - from) + " characters", LONGEST);
    }
    return chars.substring(from, to);
  }

  /** Drops the fraction; Java's null if the number is not finite. */
  static Long truncate(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return null;
    }
    if (Math.abs(number) >= 0x1p63) {
      throw new TemplateException("int: an integer of more than 64 bits");
    }
    return (long) number;
  }

  /** The filter {@code int}. */
  static Object toInteger(Run run, Bound arguments) {
    Object value = arguments.get(0);
    Object absent = arguments.get(1, 0L);
    int base = (int) Math.max(-1, Math.min(99, arguments.integer(2, 10)));
    Long result = null;
    if (value instanceof Text text) {
      run.scan(text);
      result = integer(text, base);
      Double number = result == null ? number(text) : null;
      result = number == null ? result : truncate(number);
    } else if (value instanceof Double number) {
      result = truncate(number);
    } else if (Types.isInteger(value)) {
      result = Types.integer(value);
    } else if (value instanceof Undefined undefined) {
      throw undefined.failure();
    }
    return result == null ? absent : result;
  }

  /** The filter {@code float}. */
  static Object toFloat(Run run, Bound arguments) {
    Object value = arguments.get(0);
    Object absent = arguments.get(1, 0.0);
    if (value instanceof Text text) {
      run.scan(text);
      Double number = number(text);
      return number == null ? absent : number;
    } else if (value instanceof Undefined undefined) {
      throw undefined.failure();
    }
    return Types.isNumber(value) ? (Object) Types.number(value) : absent;
  }
}
