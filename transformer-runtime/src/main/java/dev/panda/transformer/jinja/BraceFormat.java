package dev.panda.transformer.jinja;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code str.format}. */
final class BraceFormat {
  /** A field's name or index, then attributes and items; a conversion; a specification. */
  private static final Pattern FIELD =
      Pattern.compile("(?s)(\\w*)((?:\\.\\w+|\\[[^\\]]+\\])*)(?:!([rsa]))?(?::([^{}]*))?");

  private static final int LONGEST = 200;
  private static final Pattern STEP = Pattern.compile("\\.(\\w+)|\\[([^\\]]+)\\]");

  private final Run run;
  private final Bound arguments;
  private int next;

  private BraceFormat(Run run, Bound arguments) {
    this.run = run;
    this.arguments = arguments;
  }

  static Text format(Run run, Bound arguments) {
    Escaping.refuseMarkup(arguments.get(0), "format");
    return new BraceFormat(run, arguments).format(arguments.text(0));
  }

  private Text format(Text template) {
    String chars = template.chars();
    TextBuilder out = new TextBuilder(run);
    int from = 0;
    for (int i = 0; i < chars.length(); i++) {
      char character = chars.charAt(i);
      if (character != '{' && character != '}') {
        continue;
      }
      out.add(template, from, i);
      if (i + 1 < chars.length() && chars.charAt(i + 1) == character) {
        out.add(template, i, i + 1);
        from = ++i + 1;
        continue;
      }
      int end = chars.indexOf('}', i);
      if (character == '}' || end < 0) {
        throw new TemplateException("format: single " + character);
      }
      out.add(field(chars.substring(i + 1, end)));
      i = end;
      from = end + 1;
    }
    return out.add(template, from, chars.length()).build();
  }

  private Text field(String text) {
    run.step();
    Matcher field = FIELD.matcher(text);
    if (text.length() > LONGEST || !field.matches()) {
      throw new TemplateException("format: {" + text + "}: not available to chat templates");
    }
    Object value = argument(field.group(1));
    for (Matcher step = STEP.matcher(field.group(2)); step.find(); ) {
      value =
          step.group(1) != null
              ? Attributes.attribute(run, value, step.group(1))
              : Attributes.item(run, value, index(step.group(2)));
    }
    if (field.group(3) != null) {
      value =
          field.group(3).equals("s")
              ? Printer.str(run, value)
              : Printf.repr(run, value, field.group(3));
    }
    String spec = field.group(4) == null ? "" : field.group(4);
    return spec.isEmpty() ? Printer.str(run, value) : FormatSpec.parse(spec).format(run, value);
  }

  private static Object index(String text) {
    return text.matches("\\d{1,9}") ? Long.valueOf(text) : Text.of(text);
  }

  private Object argument(String name) {
    boolean positional = name.isEmpty() || name.matches("\\d{1,9}");
    if (!positional && arguments.named().containsKey(name)) {
      return arguments.named().get(name);
    }
    if (positional && (name.isEmpty() ? next < 0 : next > 0)) {
      throw new TemplateException("format: fields with and without numbers");
    }
    int index = !positional ? -1 : name.isEmpty() ? next++ : Integer.parseInt(name);
    next = positional && !name.isEmpty() ? -1 : next;
    if (index < 0 || index >= arguments.more().size()) {
      throw new TemplateException("format: no argument " + (positional ? index : name));
    }
    return arguments.more().get(index);
  }
}
