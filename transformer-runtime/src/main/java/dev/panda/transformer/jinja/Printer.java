package dev.panda.transformer.jinja;

import java.util.Iterator;
import java.util.List;

/** Python's {@code str} and {@code repr}. */
final class Printer {
  private final Run run;
  private final TextBuilder out;

  private Printer(Run run) {
    this.run = run;
    out = new TextBuilder(run);
  }

  static Text str(Run run, Object value) {
    return value instanceof Text text
        ? text
        : value instanceof Undefined ? Text.EMPTY : repr(run, value);
  }

  static Text repr(Run run, Object value) {
    Printer printer = new Printer(run);
    printer.print(value);
    return printer.out.build();
  }

  private void print(Object value) {
    run.step();
    if (value instanceof Text text) {
      print(text);
    } else if (value instanceof None) {
      out.add("None");
    } else if (value instanceof Boolean truth) {
      out.add(truth ? "True" : "False");
    } else if (value instanceof Double number) {
      run.step(Floats.STEPS);
      out.add(Floats.repr(number));
    } else if (value instanceof Long || value instanceof RangeValue) {
      out.add(value.toString());
    } else if (value instanceof Undefined) {
      out.add("Undefined");
    } else if (value instanceof Macro macro) {
      out.add("<Macro '" + macro.name() + "'>");
    } else if (value instanceof Loop loop) {
      out.add("<LoopContext " + loop.index() + "/" + loop.length() + ">");
    } else {
      run.deeper(() -> nested(value));
    }
  }

  private void nested(Object value) {
    if (value instanceof ListValue list) {
      join("[", list.items(), "]");
    } else if (value instanceof TupleValue tuple) {
      join("(", tuple.items(), tuple.items().size() == 1 ? ",)" : ")");
    } else if (value instanceof ViewValue view) {
      join(view.type() + "([", view.items(), "])");
    } else if (value instanceof DictValue dict) {
      print(dict);
    } else if (value instanceof Namespace namespace) {
      out.add("<Namespace ");
      print(DictValue.of(run, namespace.attributes()));
      out.add(">");
    } else {
      throw new TemplateException(Types.name(value) + ": not available as text");
    }
  }

  private void join(String before, List<Object> items, String after) {
    out.add(before);
    for (Iterator<Object> rest = items.iterator(); rest.hasNext(); ) {
      print(rest.next());
      out.add(rest.hasNext() ? ", " : "");
    }
    out.add(after);
  }

  private void print(DictValue dict) {
    String before = "{";
    for (Object item : dict.items()) {
      List<Object> pair = ((TupleValue) item).items();
      out.add(before);
      print(pair.get(0));
      out.add(": ");
      print(pair.get(1));
      before = ", ";
    }
    out.add(dict.size() == 0 ? "{}" : "}");
  }

  private void print(Text text) {
    String quote = text.chars().contains("'") && !text.chars().contains("\"") ? "\"" : "'";
    out.add(text.markup() ? "Markup(" + quote : quote);
    escape(text, quote);
    out.add(text.markup() ? quote + ")" : quote);
  }

  private void escape(Text text, String quote) {
    String chars = text.chars();
    int from = 0;
    for (int i = 0; i < chars.length(); ) {
      int character = chars.codePointAt(i);
      int next = i + Character.charCount(character);
      String escaped = escaped(character, quote);
      if (escaped != null) {
        out.add(text, from, i);
        out.addFor(escaped, text.isContent(i));
        from = next;
      }
      i = next;
    }
    out.add(text, from, chars.length());
  }

  private static String escaped(int character, String quote) {
    if (character == '\\' || character == quote.charAt(0)) {
      return "\\" + (char) character;
    } else if (character == '\n') {
      return "\\n";
    } else if (character == '\r') {
      return "\\r";
    } else if (character == '\t') {
      return "\\t";
    } else if (Characters.isPrintable(character)) {
      return null;
    } else if (character < 0x100) {
      return "\\x" + Characters.hex(character, 2);
    }
    return character < 0x10000
        ? "\\u" + Characters.hex(character, 4)
        : "\\U" + Characters.hex(character, 8);
  }
}
