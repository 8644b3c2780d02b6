package dev.panda.transformer.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a function.
 *
 * @param required how many parameters need a value
 * @param more whether it takes further positional arguments
 * @param named whether it takes further named arguments
 * @param positionalOnly whether its parameters cannot be named
 */
record Signature(
    String name,
    List<String> parameters,
    int required,
    boolean more,
    boolean named,
    boolean positionalOnly) {

  /** Parses, for example, {@code replace(old, new, count=, /)}. */
  static Signature parse(String text) {
    int open = text.indexOf('(');
    String inside = text.substring(open + 1, text.length() - 1);
    List<String> parameters = new ArrayList<>();
    List<String> marks = new ArrayList<>();
    int required = 0;
    for (String part : inside.isEmpty() ? new String[0] : inside.split(", ", -1)) {
      if (part.startsWith("*") || part.equals("/")) {
        marks.add(part);
      } else {
        required += part.endsWith("=") ? 0 : 1;
        parameters.add(part.replace("=", ""));
      }
    }
    return new Signature(
        text.substring(0, open),
        List.copyOf(parameters),
        required,
        marks.contains("*"),
        marks.contains("**"),
        marks.contains("/"));
  }

  /** Gives each parameter its argument, and refuses what has no parameter, as Python does. */
  Bound bind(Arguments arguments) {
    List<Object> positional = arguments.positional();
    int taken = Math.min(parameters.size(), positional.size());
    if (positional.size() > taken && !more) {
      throw failure(positional.size() + " arguments (expected: at most " + taken + ")");
    }
    Object[] values = new Object[parameters.size()];
    for (int i = 0; i < taken; i++) {
      values[i] = positional.get(i);
    }
    Map<String, Object> others = new LinkedHashMap<>();
    arguments.named().forEach((key, value) -> bind(key, value, values, others));
    for (int i = 0; i < required; i++) {
      if (values[i] == null) {
        throw failure("no argument " + parameters.get(i));
      }
    }
    return new Bound(this, values, positional.subList(taken, positional.size()), others);
  }

  private void bind(String key, Object value, Object[] values, Map<String, Object> others) {
    int index = positionalOnly ? -1 : parameters.indexOf(key);
    if (index >= 0 && values[index] != null) {
      throw failure("argument " + key + " twice");
    } else if (index >= 0) {
      values[index] = value;
    } else if (named) {
      others.put(key, value);
    } else {
      throw failure("unexpected argument " + key);
    }
  }

  TemplateException failure(String what) {
    return new TemplateException(name + ": " + what);
  }
}
