package dev.panda.transformer.jinja;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code %} on text. */
final class Printf {
  private static final Pattern FIELD =
      Pattern.compile(
          "%(?:\\(([^)]*)\\))?([-+ #0]*)(\\d{1,4})?(?:\\.(\\d{0,4}))?[hlL]?([a-zA-Z%])");

  private final Run run;
  private final Object values;
  private int next;

  private Printf(Run run, Object values) {
    this.run = run;
    this.values = values;
  }

  static Text format(Run run, Text template, Object values) {
    Escaping.refuseMarkup(template, "%");
    Printf printf = new Printf(run, values);
    Text text = printf.format(template);
    List<Object> tuple = values instanceof TupleValue some ? some.items() : List.of(values);
    boolean single = values instanceof DictValue || values instanceof ListValue;
    if (printf.next < tuple.size() && !single && !(values instanceof Undefined)) {
      throw new TemplateException("%: not all arguments used");
    }
    return text;
  }

  private Text format(Text template) {
    String chars = template.chars();
    TextBuilder out = new TextBuilder(run);
    Matcher field = FIELD.matcher(chars);
    int from = 0;
    for (int at = chars.indexOf('%'); at >= 0; at = chars.indexOf('%', from)) {
      run.step();
      if (!field.region(at, chars.length()).lookingAt()) {
        throw new TemplateException("%: no such format");
      }
      out.add(template, from, at);
      out.add(field.group(5).equals("%") ? Text.of("%") : field(field));
      from = field.end();
    }
    return out.add(template, from, chars.length()).build();
  }

  private Text field(Matcher field) {
    Object value = field.group(1) == null ? argument() : named(field.group(1));
    String flags = field.group(2);
    String width = field.group(3) == null ? "" : field.group(3);
    String precision =
        field.group(4) == null ? "" : "." + (field.group(4).isEmpty() ? "0" : field.group(4));
    String type = field.group(5);
    return switch (type) {
      case "s", "r", "a" -> {
        Text text = type.equals("s") ? Printer.str(run, value) : repr(run, value, type);
        String side = flags.contains("-") ? "<" : ">";
        yield FormatSpec.parse(side + width + precision).format(run, text);
      }
      case "d", "i", "u", "x", "X", "o" -> {
        if (!precision.isEmpty()) {
          throw new TemplateException(
              "%: a precision of integers: not available to chat templates");
        }
        boolean truncates = "diu".contains(type) && value instanceof Double;
        Object number = truncates ? Casts.truncate((Double) value) : value;
        yield FormatSpec.parse(numeric(flags) + width + radix(type))
            .format(run, requireNumber(number));
      }
      case "e", "E", "f", "F", "g", "G" ->
          FormatSpec.parse(numeric(flags) + width + precision + type)
              .format(run, requireNumber(value));
      default -> throw new TemplateException("%: " + type + ": not available to chat templates");
    };
  }

  private static String numeric(String flags) {
    String align = flags.contains("-") ? "<" : flags.contains("0") ? "0=" : ">";
    String sign = flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
    return align + sign + (flags.contains("#") ? "#" : "");
  }

  private static String radix(String type) {
    return "iu".contains(type) ? "d" : type;
  }

  private static Object requireNumber(Object value) {
    if (!Types.isNumber(value)) {
      throw Types.unexpected(value, "a number for %");
    }
    return value;
  }

  /** As {@code repr}, or {@code ascii}. */
  static Text repr(Run run, Object value, String conversion) {
    Text text = Printer.repr(run, value);
    if (conversion.equals("a") && !text.chars().chars().allMatch(c -> c < 128)) {
      throw new TemplateException("format: a: not available to chat templates");
    }
    return text;
  }

  private Object argument() {
    List<Object> tuple = values instanceof TupleValue some ? some.items() : List.of(values);
    if (next >= tuple.size()) {
      throw new TemplateException("%: not enough arguments");
    }
    return tuple.get(next++);
  }

  private Object named(String name) {
    run.charge(name.length());
    Object value = values instanceof DictValue dict ? dict.get(run, Text.of(name)) : null;
    if (value == null) {
      throw new TemplateException("%: no argument " + name);
    }
    return value;
  }
}
