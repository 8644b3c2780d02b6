package dev.panda.transformer.jinja;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** The filters that choose, change or group the items of a list; all but groupby are lazy. */
final class SelectingFilters {
  static final Map<String, Builtin> ALL =
      new Builtin.Table()
          .addLazy("map(value, *, **)", SelectingFilters::map)
          .addLazy("select(value, *, **)", (run, a) -> select(run, a, false, true))
          .addLazy("reject(value, *, **)", (run, a) -> select(run, a, false, false))
          .addLazy("selectattr(value, *, **)", (run, a) -> select(run, a, true, true))
          .addLazy("rejectattr(value, *, **)", (run, a) -> select(run, a, true, false))
          .addLazy("unique(value, case_sensitive=, attribute=)", SelectingFilters::unique)
          .add("groupby(value, attribute, default=, case_sensitive=)", SelectingFilters::group)
          .build();

  private SelectingFilters() {}

  private static Iterator<Object> map(Run run, Bound arguments) {
    Iterator<Object> items = items(run, arguments);
    return LazyValue.filtered(items, item -> true, mapper(run, arguments));
  }

  private static Function<Object, Object> mapper(Run run, Bound arguments) {
    Map<String, Object> named = new LinkedHashMap<>(arguments.named());
    if (arguments.more().isEmpty() && named.containsKey("attribute")) {
      Object attribute = named.remove("attribute");
      Object absent = named.remove("default");
      if (!named.isEmpty()) {
        throw new TemplateException("map: unexpected argument " + named.keySet());
      }
      return item -> path(run, item, attribute, absent);
    }
    if (arguments.more().isEmpty()) {
      throw new TemplateException("map: no argument (expected: a filter or attribute=…)");
    }
    Builtin filter = Filters.get(Printer.str(run, arguments.more().get(0)).chars());
    Arguments rest = new Arguments(arguments.more(), named).from(1);
    return item -> call(run, filter, item, rest);
  }

  /** Calls a filter or test for an item; each call copies the other arguments. */
  private static Object call(Run run, Builtin function, Object item, Arguments rest) {
    run.charge((long) Run.ITEM * (rest.positional().size() + rest.named().size()));
    return function.call(run, rest.after(item));
  }

  private static Object path(Run run, Object item, Object attribute, Object absent) {
    boolean optional = absent != null && absent != None.NONE;
    if (!optional) {
      return Attributes.path(run, item, attribute);
    }
    Object found = item;
    List<Object> parts =
        attribute instanceof Text path
            ? Splitting.split(run, path, Attributes.DOT, -1)
            : List.of(attribute);
    for (Object part : parts) {
      found = Attributes.path(run, found, part);
      found = found instanceof Undefined ? absent : found;
    }
    return found;
  }

  private static Iterator<Object> select(
      Run run, Bound arguments, boolean byAttribute, boolean wanted) {
    List<Object> more = arguments.more();
    if (byAttribute && more.isEmpty()) {
      throw new TemplateException("selectattr: no argument (expected: an attribute)");
    }
    int first = byAttribute ? 1 : 0;
    Predicate<Object> test = Types::truth;
    if (more.size() > first) {
      Builtin named = Tests.get(Printer.str(run, more.get(first)).chars());
      Arguments rest = new Arguments(more, arguments.named()).from(first + 1);
      test = item -> Types.truth(call(run, named, item, rest));
    }
    Predicate<Object> chosen = test;
    Object attribute = byAttribute ? more.get(0) : None.NONE;
    return LazyValue.filtered(
        items(run, arguments),
        item -> chosen.test(Attributes.path(run, item, attribute)) == wanted,
        item -> item);
  }

  private static Iterator<Object> unique(Run run, Bound arguments) {
    Keys keys = new Keys(run, arguments.get(2, None.NONE), arguments.truth(1, false));
    Set<Object> seen = new HashSet<>();
    return LazyValue.filtered(
        Sequences.iterate(run, arguments.get(0)),
        item -> {
          run.charge(Run.ITEM);
          return seen.add(DictValue.hashed(run, keys.of(item)));
        },
        item -> item);
  }

  private static ListValue group(Run run, Bound arguments) {
    Keys keys = new Keys(run, None.NONE, arguments.truth(3, false));
    List<Object> pairs = new ArrayList<>();
    for (Object item : Sequences.list(run, arguments.get(0))) {
      run.charge(2L * Run.ITEM);
      Object key = path(run, item, arguments.get(1), arguments.get(2));
      pairs.add(TupleValue.of(keys.folded(key), key, item));
    }
    pairs.sort((one, other) -> Comparisons.compare(run, part(one, 0), part(other, 0)));
    List<Object> groups = new ArrayList<>();
    List<Object> group = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      Object pair = pairs.get(i);
      if (i == 0 || !Comparisons.equal(run, part(pairs.get(i - 1), 0), part(pair, 0))) {
        group = new ArrayList<>();
        List<Object> grouped = List.of(part(pair, 1), new ListValue(group));
        groups.add(new TupleValue(grouped, List.of("grouper", "list")));
      }
      group.add(part(pair, 2));
    }
    return new ListValue(groups);
  }

  private static Object part(Object tuple, int index) {
    return ((TupleValue) tuple).items().get(index);
  }

  /** The items of a value; none if it is false, as none is. */
  private static Iterator<Object> items(Run run, Bound arguments) {
    Object value = arguments.get(0);
    return Types.truth(value) ? Sequences.iterate(run, value) : List.of().iterator();
  }
}
