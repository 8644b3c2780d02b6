package dev.panda.transformer.jinja;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@code value.name} and {@code value[index]} mean. */
final class Attributes {
  static final Text DOT = Text.of(".");

  /** Methods that would change a list or dict, and so are refused when they are called. */
  private static final Set<String> CHANGES_LIST =
      Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");

  private static final Set<String> CHANGES_DICT =
      Set.of("clear", "pop", "popitem", "setdefault", "update");

  private static final Set<String> OF_NUMBERS =
      Set.of(
          "as_integer_ratio",
          "bit_count",
          "bit_length",
          "conjugate",
          "denominator",
          "from_bytes",
          "fromhex",
          "hex",
          "imag",
          "is_integer",
          "numerator",
          "real",
          "to_bytes");

  private static final Set<String> OF_MACROS =
      Set.of("arguments", "caller", "catch_kwargs", "catch_varargs", "explicit_caller", "name");

  private Attributes() {}

  /** A method and the value it belongs to. */
  private record Method(Object self, Builtin function) implements Callable {
    @Override
    public Object call(Run run, Arguments arguments) {
      return function.call(run, arguments.after(self));
    }
  }

  /** {@code value.name}: an attribute, else an item. */
  static Object attribute(Run run, Object value, String name) {
    Object found = own(run, value, name);
    found = found == null ? Sequences.item(run, value, Text.of(name)) : found;
    return found == null ? missing(run, value, "attribute '" + name + "'") : found;
  }

  /** {@code value[index]}: an item, else an attribute. */
  static Object item(Run run, Object value, Object index) {
    Object found = Sequences.item(run, value, index);
    if (found == null && index instanceof Text name) {
      found = own(run, value, name.chars());
    }
    return found == null ? missing(run, value, "element " + Printer.repr(run, index)) : found;
  }

  private static Undefined missing(Run run, Object value, String what) {
    return Undefined.of(run, Types.name(value) + " object has no " + what);
  }

  /** The value that a path such as {@code name.0.first} leads to, as filters take it. */
  static Object path(Run run, Object value, Object path) {
    if (!(path instanceof Text text)) {
      return path instanceof None ? value : item(run, value, path);
    }
    Object found = value;
    for (Object part : Splitting.split(run, text, DOT, -1)) {
      String name = ((Text) part).chars();
      found = item(run, found, name.matches("\\d{1,9}") ? Long.valueOf(name) : part);
    }
    return found;
  }

  /** An attribute that Python's type has; Java's null if there is none. */
  private static Object own(Run run, Object value, String name) {
    run.step(name.length() >> 4);
    if (value instanceof Undefined undefined) {
      throw undefined.failure();
    } else if (value instanceof Namespace namespace && !name.startsWith("_")) {
      return namespace.attributes().get(name);
    } else if (value instanceof Loop loop) {
      return loop.attribute(name);
    } else if (value instanceof TupleValue tuple && tuple.fields().contains(name)) {
      return tuple.items().get(tuple.fields().indexOf(name));
    } else if (name.startsWith("__")) {
      return Undefined.of(run, "access to attribute '" + name + "' is unsafe");
    }
    boolean changes =
        (value instanceof ListValue && CHANGES_LIST.contains(name))
            || (value instanceof DictValue && CHANGES_DICT.contains(name));
    if (changes) {
      return Undefined.of(
          run,
          "%s.%s: not available to templates, as it changes a value"
              .formatted(Types.name(value), name));
    }
    if ((Types.isNumber(value) && OF_NUMBERS.contains(name))
        || (value instanceof Macro && OF_MACROS.contains(name))) {
      throw new TemplateException(
          Types.name(value) + "." + name + ": not available to chat templates");
    }
    Builtin method = methods(value).get(name);
    return method == null ? null : new Method(value, method);
  }

  private static Map<String, Builtin> methods(Object value) {
    if (value instanceof Text) {
      return TextMethods.ALL;
    } else if (value instanceof DictValue) {
      return DictMethods.ALL;
    } else if (value instanceof ListValue) {
      return ListMethods.ALL;
    } else if (value instanceof TupleValue || value instanceof RangeValue) {
      return ListMethods.OF_TUPLES;
    }
    return value instanceof Functions.Cycler ? Functions.CYCLER : Map.of();
  }

  /** The filter {@code attr}: an attribute, never an item. */
  static Object attributeOnly(Run run, Object value, String name) {
    Object found = own(run, value, name);
    return found == null ? missing(run, value, "attribute '" + name + "'") : found;
  }

  /** The methods of lists, tuples and ranges. */
  static final class ListMethods {
    static final Map<String, Builtin> OF_TUPLES =
        new Builtin.Table()
            .add("count(self, value, /)", ListMethods::count)
            .add("index(self, value, /)", ListMethods::index)
            .build();

    static final Map<String, Builtin> ALL =
        new Builtin.Table()
            .addAll(OF_TUPLES)
            .add("copy(self, /)", (run, a) -> new ListValue(Sequences.list(run, a.get(0))))
            .build();

    private ListMethods() {}

    private static Object count(Run run, Bound arguments) {
      long count = 0;
      for (Object item : Types.items(arguments.get(0))) {
        count += Comparisons.equal(run, item, arguments.get(1)) ? 1 : 0;
      }
      return count;
    }

    private static Object index(Run run, Bound arguments) {
      List<Object> items = Types.items(arguments.get(0));
      for (int i = 0; i < items.size(); i++) {
        if (Comparisons.equal(run, items.get(i), arguments.get(1))) {
          return (long) i;
        }
      }
      throw new TemplateException("index: not in the list");
    }
  }

  /** The methods of dicts. */
  static final class DictMethods {
    static final Map<String, Builtin> ALL =
        new Builtin.Table()
            .add("get(self, key, default=, /)", DictMethods::get)
            .add("items(self, /)", (run, a) -> view(run, "dict_items", dict(a).items()))
            .add("keys(self, /)", (run, a) -> view(run, "dict_keys", dict(a).keys()))
            .add("values(self, /)", (run, a) -> view(run, "dict_values", dict(a).values()))
            .add("copy(self, /)", (run, a) -> a.get(0))
            .refuse("method", "fromkeys")
            .build();

    private DictMethods() {}

    private static DictValue dict(Bound arguments) {
      return (DictValue) arguments.get(0);
    }

    private static Object get(Run run, Bound arguments) {
      Object value = dict(arguments).get(run, arguments.get(1));
      return value == null ? arguments.get(2, None.NONE) : value;
    }

    private static ViewValue view(Run run, String type, List<Object> items) {
      run.charge((long) Run.ITEM * items.size());
      return new ViewValue(type, items);
    }
  }
}
