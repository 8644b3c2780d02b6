package dev.panda.transformer.jinja;

import java.util.Iterator;
import java.util.List;

/** Python's {@code json.dumps}, with which transformers replaces the filter {@code tojson}. */
final class Json {
  private final Run run;
  private final TextBuilder out;
  private final boolean ascii;
  private final Text indent;
  private final Text comma;
  private final Text colon;
  private final boolean sorted;

  private Json(Run run, Bound arguments) {
    this.run = run;
    out = new TextBuilder(run);
    ascii = arguments.truth(1, false);
    indent = indent(run, arguments);
    List<Object> separators =
        arguments.isNone(3) ? List.of() : Sequences.list(run, arguments.get(3));
    if (separators.size() != 0 && separators.size() != 2) {
      throw new TemplateException("separators: " + separators.size() + " (expected: 2)");
    }
    comma = separators.isEmpty() ? Text.of(indent == null ? ", " : ",") : text(separators.get(0));
    colon = separators.isEmpty() ? Text.of(": ") : text(separators.get(1));
    sorted = arguments.truth(4, false);
  }

  private static Text indent(Run run, Bound arguments) {
    if (arguments.isNone(2)) {
      return null;
    }
    return arguments.get(2) instanceof Text text
        ? text
        : Arithmetic.repeat(run, Text.of(" "), arguments.integer(2, 0));
  }

  private static Text text(Object value) {
    if (value instanceof Text text) {
      return text;
    }
    throw Types.unexpected(value, "text");
  }

  /** The filter {@code tojson(value, ensure_ascii, indent, separators, sort_keys)}. */
  static Text dumps(Run run, Bound arguments) {
    Json json = new Json(run, arguments);
    json.write(arguments.get(0), 0);
    return json.out.build();
  }

  private void write(Object value, int depth) {
    run.step();
    if (value instanceof Text text) {
      write(text);
    } else if (value instanceof ListValue || value instanceof TupleValue) {
      run.deeper(() -> write(Types.items(value), depth + 1));
    } else if (value instanceof DictValue dict) {
      run.deeper(() -> write(dict, depth + 1));
    } else {
      out.add(scalar(value));
    }
  }

  private String scalar(Object value) {
    if (value instanceof None) {
      return "null";
    } else if (value instanceof Boolean || value instanceof Long) {
      return value.toString();
    } else if (value instanceof Double number) {
      run.step(Floats.STEPS);
      if (Double.isInfinite(number)) {
        return number > 0 ? "Infinity" : "-Infinity";
      }
      return Double.isNaN(number) ? "NaN" : Floats.repr(number);
    }
    throw new TemplateException("tojson: " + Types.name(value) + " (expected: what JSON can hold)");
  }

  private void write(List<Object> items, int depth) {
    out.add("[");
    for (Iterator<Object> rest = items.iterator(); rest.hasNext(); ) {
      newLine(depth);
      write(rest.next(), depth);
      out.add(rest.hasNext() ? comma : Text.EMPTY);
    }
    end(items.isEmpty(), depth - 1, "]");
  }

  private void write(DictValue dict, int depth) {
    List<Object> items = dict.items();
    if (sorted) {
      items.sort((one, other) -> Comparisons.compare(run, key(one), key(other)));
    }
    out.add("{");
    for (Iterator<Object> rest = items.iterator(); rest.hasNext(); ) {
      Object item = rest.next();
      newLine(depth);
      write(key(item) instanceof Text text ? text : Text.of(scalar(key(item))));
      out.add(colon);
      write(((TupleValue) item).items().get(1), depth);
      out.add(rest.hasNext() ? comma : Text.EMPTY);
    }
    end(items.isEmpty(), depth - 1, "}");
  }

  private static Object key(Object item) {
    return ((TupleValue) item).items().get(0);
  }

  private void end(boolean empty, int depth, String bracket) {
    if (!empty) {
      newLine(depth);
    }
    out.add(bracket);
  }

  private void newLine(int depth) {
    if (indent != null) {
      out.add("\n");
      for (int i = 0; i < depth; i++) {
        out.add(indent);
      }
    }
  }

  private void write(Text text) {
    String chars = text.chars();
    out.add("\"");
    int from = 0;
    for (int i = 0; i < chars.length(); i++) {
      String escaped = escaped(chars.charAt(i));
      if (escaped != null) {
        out.add(text, from, i);
        out.addFor(escaped, text.isContent(i));
        from = i + 1;
      }
    }
    out.add(text, from, chars.length()).add("\"");
  }

  private String escaped(char character) {
    return switch (character) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\f' -> "\\f";
      case '\b' -> "\\b";
      default -> isPlain(character) ? null : "\\u" + Characters.hex(character, 4);
    };
  }

  private boolean isPlain(char character) {
    return character >= ' ' && (!ascii || character < 0x7F);
  }
}
