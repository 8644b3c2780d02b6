package dev.panda.transformer.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The functions that every template can call. */
final class Functions {
  static final Map<String, Builtin> ALL =
      new Builtin.Table()
          .add("range(start, stop=, step=, /)", Functions::range)
          .add("dict(*, **)", (run, a) -> dict(run, a.more(), a.named()))
          .add("namespace(*, **)", Functions::namespace)
          .add("cycler(*)", (run, a) -> new Cycler(a.more()))
          .add("joiner(sep=)", Functions::joiner)
          .add("raise_exception(message)", Functions::refuse)
          .add("strftime_now(format)", (run, a) -> Strftime.format(run, a.text(0)))
          .refuse("function", "lipsum", "self")
          .build();

  static final Map<String, Builtin> CYCLER =
      new Builtin.Table()
          .add("next(self, /)", (run, a) -> ((Cycler) a.get(0)).next())
          .add("reset(self, /)", (run, a) -> ((Cycler) a.get(0)).reset())
          .refuse("attribute", "current", "items", "pos")
          .build();

  private Functions() {}

  private static Object range(Run run, Bound arguments) {
    long first = arguments.integer(0, 0);
    return arguments.get(1) == null
        ? new RangeValue(0, first, 1)
        : new RangeValue(first, arguments.integer(1, 0), arguments.integer(2, 1));
  }

  private static DictValue dict(Run run, List<Object> positional, Map<String, Object> named) {
    DictValue dict = new DictValue();
    if (positional.size() > 1) {
      throw new TemplateException("dict: 2 arguments (expected: at most 1)");
    }
    for (Object value : positional) {
      if (value instanceof DictValue other) {
        dict.putAll(run, other);
        continue;
      }
      for (Iterator<Object> pairs = Sequences.iterate(run, value); pairs.hasNext(); ) {
        List<Object> pair = Sequences.list(run, pairs.next());
        if (pair.size() != 2) {
          throw new TemplateException("dict: " + pair.size() + " values (expected: 2, a pair)");
        }
        dict.put(run, pair.get(0), pair.get(1));
      }
    }
    named.forEach((key, value) -> dict.put(run, Text.of(key), value));
    return dict;
  }

  private static Object namespace(Run run, Bound arguments) {
    Namespace namespace = new Namespace();
    for (Object item : dict(run, arguments.more(), arguments.named()).items()) {
      List<Object> pair = ((TupleValue) item).items();
      if (!(pair.get(0) instanceof Text name)) {
        throw Types.unexpected(pair.get(0), "a name in a namespace");
      }
      namespace.set(run, name.chars(), pair.get(1));
    }
    return namespace;
  }

  private static Object refuse(Run run, Bound arguments) {
    throw new TemplateRefusal(arguments.str(run, 0).chars());
  }

  private static Object joiner(Run run, Bound arguments) {
    Object separator = arguments.get(0, Text.of(", "));
    boolean[] used = new boolean[1];
    Signature signature = Signature.parse("joiner()");
    return new Builtin(
        signature,
        (again, none) -> {
          Object text = used[0] ? separator : Text.EMPTY;
          used[0] = true;
          return text;
        });
  }

  /** Gives its values in turn. */
  static final class Cycler {
    private final List<Object> items;
    private int at;

    Cycler(List<Object> items) {
      if (items.isEmpty()) {
        throw new TemplateException("cycler: no values (expected: at least one)");
      }
      this.items = items;
    }

    private Object next() {
      Object item = items.get(at);
      at = (at + 1) % items.size();
      return item;
    }

    private Object reset() {
      at = 0;
      return None.NONE;
    }
  }
}
