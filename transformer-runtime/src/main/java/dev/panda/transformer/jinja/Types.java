package dev.panda.transformer.jinja;

import java.util.List;

/** The types of values, and what Python takes for true. */
final class Types {
  private Types() {}

  static String name(Object value) {
    if (value instanceof None) {
      return "NoneType";
    } else if (value instanceof Boolean) {
      return "bool";
    } else if (value instanceof Long) {
      return "int";
    } else if (value instanceof Double) {
      return "float";
    } else if (value instanceof Text) {
      return "str";
    } else if (value instanceof ListValue) {
      return "list";
    } else if (value instanceof TupleValue) {
      return "tuple";
    } else if (value instanceof RangeValue) {
      return "range";
    } else if (value instanceof DictValue) {
      return "dict";
    } else if (value instanceof ViewValue view) {
      return view.type();
    } else if (value instanceof LazyValue) {
      return "generator";
    } else if (value instanceof Undefined) {
      return "Undefined";
    } else if (value instanceof Namespace) {
      return "namespace";
    } else if (value instanceof Loop) {
      return "loop";
    }
    return value instanceof Macro ? "macro" : "function";
  }

  static boolean truth(Object value) {
    if (value instanceof Boolean truth) {
      return truth;
    } else if (value instanceof Long number) {
      return number != 0;
    } else if (value instanceof Double number) {
      return number != 0;
    } else if (value instanceof Text text) {
      return !text.isEmpty();
    } else if (value instanceof DictValue dict) {
      return dict.size() > 0;
    } else if (value instanceof None || value instanceof Undefined) {
      return false;
    } else if (value instanceof Loop loop) {
      return loop.length() > 0;
    }
    List<Object> items = items(value);
    return items == null || !items.isEmpty();
  }

  /** The items of a list, tuple, range or view; Java's null for any other value. */
  static List<Object> items(Object value) {
    if (value instanceof ListValue list) {
      return list.items();
    } else if (value instanceof TupleValue tuple) {
      return tuple.items();
    } else if (value instanceof RangeValue range) {
      return range;
    } else if (value instanceof ViewValue view) {
      return view.items();
    }
    return null;
  }

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  /** Whether a value is an integer; in Python truth values are. */
  static boolean isInteger(Object value) {
    return value instanceof Long || value instanceof Boolean;
  }

  static long integer(Object value) {
    if (value instanceof Long number) {
      return number;
    } else if (value instanceof Boolean truth) {
      return truth ? 1 : 0;
    }
    throw unexpected(value, "an integer");
  }

  static double number(Object value) {
    return value instanceof Double number ? number : integer(value);
  }

  static TemplateException unexpected(Object value, String expected) {
    return value instanceof Undefined undefined
        ? undefined.failure()
        : new TemplateException(name(value) + " (expected: " + expected + ")");
  }
}
