package dev.panda.transformer.jinja;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Python's format specification, {@code [[fill]align][sign][#][0][width][,][.precision][type]},
 * with which both kinds of format strings write a value.
 *
 * @param align {@code <}, {@code >}, {@code ^}, {@code =}, or 0
 * @param sign {@code +}, {@code -} or a space
 * @param precision -1 if there is none
 * @param type 0 if there is none
 */
record FormatSpec(
    Text fill,
    char align,
    char sign,
    boolean alternate,
    int width,
    boolean commas,
    int precision,
    char type) {
  private static final Pattern SPEC =
      Pattern.compile(
          "(?s)(?:(?<fill>.)?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<alternate>#)?(?<zero>0)?"
              + "(?<width>\\d{1,4})?(?<comma>,)?(?:\\.(?<precision>\\d{1,4}))?(?<type>[a-zA-Z%])?");

  static FormatSpec parse(String text) {
    Matcher spec = SPEC.matcher(text);
    if (!spec.matches()) {
      throw new TemplateException("format: " + text + ": not available to chat templates");
    }
    boolean zero = spec.group("zero") != null;
    String fill = spec.group("fill") != null ? spec.group("fill") : zero ? "0" : " ";
    String align = spec.group("align") != null ? spec.group("align") : zero ? "=" : "\0";
    return new FormatSpec(
        Text.of(fill),
        align.charAt(0),
        first(spec.group("sign"), '-'),
        spec.group("alternate") != null,
        integer(spec.group("width"), 0),
        spec.group("comma") != null,
        integer(spec.group("precision"), -1),
        first(spec.group("type"), '\0'));
  }

  private static char first(String text, char absent) {
    return text == null ? absent : text.charAt(0);
  }

  private static int integer(String text, int absent) {
    return text == null ? absent : Integer.parseInt(text);
  }

  Text format(Run run, Object value) {
    if (value instanceof Text text && (type == 's' || type == '\0')) {
      return text(run, text);
    } else if (Types.isNumber(value)) {
      return number(run, value);
    }
    throw new TemplateException(
        "format: %s as %s".formatted(Types.name(value), type == '\0' ? "text of a width" : type));
  }

  private Text text(Run run, Text text) {
    if (align == '=' || alternate || commas) {
      throw new TemplateException("format: a number's format for text");
    }
    Text part =
        precision < 0
            ? text
            : text.part(run, 0, text.offset(run, Math.min(precision, text.length())));
    return TextMethods.pad(run, part, width, fill, align == '\0' ? '<' : align);
  }

  private Text number(Run run, Object value) {
    run.step(Floats.STEPS);
    run.charge(Math.max(precision, 0));
    String digits = digits(value);
    boolean negative = digits.startsWith("-");
    String start = negative ? "-" : sign == '-' ? "" : String.valueOf(sign);
    String prefix = alternate && "xXob".indexOf(type) >= 0 ? "0" + type : "";
    String rest =
        commas ? grouped(digits.substring(negative ? 1 : 0)) : digits.substring(negative ? 1 : 0);
    String whole = start + prefix;
    if (align != '=') {
      return TextMethods.pad(run, Text.of(whole + rest), width, fill, align == '\0' ? '>' : align);
    }
    if (commas) {
      throw new TemplateException("format: , with zeros: not available to chat templates");
    }
    Text padded = TextMethods.pad(run, Text.of(rest), width - whole.length(), fill, '>');
    return new TextBuilder(run).add(whole).add(padded).build();
  }

  private static String grouped(String digits) {
    int end = digits.indexOf('.') < 0 ? digits.length() : digits.indexOf('.');
    StringBuilder grouped = new StringBuilder(digits);
    for (int i = end - 3; i > 0; i -= 3) {
      grouped.insert(i, ',');
    }
    return grouped.toString();
  }

  private String digits(Object value) {
    int digits = precision < 0 ? 6 : precision;
    return switch (type) {
      case 'd', 'x', 'X', 'o', 'b' -> integer(value);
      case 'f', 'F' -> Floats.fixed(Types.number(value), digits);
      case 'e' -> Floats.scientific(Types.number(value), digits);
      case 'E' -> Characters.upper(Floats.scientific(Types.number(value), digits));
      case 'g' -> Floats.general(Types.number(value), digits);
      case 'G' -> Characters.upper(Floats.general(Types.number(value), digits));
      case '%' -> Floats.fixed(Types.number(value) * 100, digits) + "%";
      case '\0' -> plain(value);
      default ->
          throw new TemplateException("format: " + type + ": not available to chat templates");
    };
  }

  private String plain(Object value) {
    if (precision >= 0) {
      throw new TemplateException(
          "format: a precision without a type: not available to chat templates");
    }
    return value instanceof Double number
        ? Floats.repr(number)
        : String.valueOf(Types.integer(value));
  }

  private String integer(Object value) {
    if (!Types.isInteger(value) || precision >= 0) {
      throw new TemplateException("format: " + Types.name(value) + " as " + type);
    }
    long number = Types.integer(value);
    return switch (type) {
      case 'x' -> Long.toString(number, 16);
      case 'X' -> Characters.upper(Long.toString(number, 16));
      case 'o' -> Long.toString(number, 8);
      case 'b' -> Long.toString(number, 2);
      default -> Long.toString(number);
    };
  }
}
