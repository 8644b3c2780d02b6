package dev.panda.transformer.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The filters that take lists and dicts, apart from those that call other filters or tests. */
final class ListFilters {
  static final Map<String, Builtin> ALL =
      new Builtin.Table()
          .add("length(obj, /)", (run, a) -> Sequences.length(a.get(0)))
          .alias("count", "length")
          .add("list(value)", (run, a) -> new ListValue(Sequences.list(run, a.get(0))))
          .add("first(seq)", ListFilters::first)
          .add("last(seq)", ListFilters::last)
          .add("reverse(value)", ListFilters::reverse)
          .add("join(value, d=, attribute=)", ListFilters::join)
          .addLazy("items(value)", ListFilters::items)
          .add("dictsort(value, case_sensitive=, by=, reverse=)", ListFilters::sortDict)
          .add("sort(value, reverse=, case_sensitive=, attribute=)", ListFilters::sort)
          .add("min(value, case_sensitive=, attribute=)", (run, a) -> extreme(run, a, 1))
          .add("max(value, case_sensitive=, attribute=)", (run, a) -> extreme(run, a, -1))
          .add("sum(iterable, attribute=, start=)", ListFilters::sum)
          .addLazy("batch(value, linecount, fill_with=)", ListFilters::batch)
          .addLazy("slice(value, slices, fill_with=)", ListFilters::slice)
          .build();

  private ListFilters() {}

  private static Object first(Run run, Bound arguments) {
    Iterator<Object> items = Sequences.iterate(run, arguments.get(0));
    return items.hasNext() ? items.next() : new Undefined("first: the list is empty");
  }

  private static Object last(Run run, Bound arguments) {
    if (arguments.get(0) instanceof LazyValue) {
      throw arguments.unexpected(0, "a list");
    }
    if (arguments.get(0) instanceof Text text && !text.isEmpty()) {
      return Sequences.item(run, text, -1L);
    }
    List<Object> items = Types.items(arguments.get(0));
    items = items == null ? Sequences.list(run, arguments.get(0)) : items;
    return items.isEmpty() ? new Undefined("last: the list is empty") : items.get(items.size() - 1);
  }

  private static Object reverse(Run run, Bound arguments) {
    Object value = arguments.get(0);
    if (value instanceof Text text) {
      return Sequences.item(run, text, new Sequences.Slice(None.NONE, None.NONE, -1L));
    }
    List<Object> items = Sequences.list(run, value);
    Collections.reverse(items);
    return value instanceof LazyValue ? new ListValue(items) : new LazyValue(items::iterator);
  }

  private static Text join(Run run, Bound arguments) {
    Text separator = arguments.get(1) == null ? Text.EMPTY : arguments.str(run, 1);
    TextBuilder all = new TextBuilder(run);
    for (Iterator<Object> rest = Sequences.iterate(run, arguments.get(0)); rest.hasNext(); ) {
      Object item = Attributes.path(run, rest.next(), arguments.get(2, None.NONE));
      all.add(Printer.str(run, item)).add(rest.hasNext() ? separator : Text.EMPTY);
    }
    return all.build();
  }

  private static Iterator<Object> items(Run run, Bound arguments) {
    if (arguments.get(0) instanceof DictValue dict) {
      run.charge((long) Run.ITEM * dict.size());
      return dict.items().iterator();
    } else if (arguments.get(0) instanceof Undefined) {
      return List.of().iterator();
    }
    throw arguments.unexpected(0, "a dict");
  }

  private static Object sortDict(Run run, Bound arguments) {
    if (!(arguments.get(0) instanceof DictValue dict)) {
      throw arguments.unexpected(0, "a dict");
    }
    String by = arguments.get(2) == null ? "key" : arguments.text(2).chars();
    if (!by.equals("key") && !by.equals("value")) {
      throw new TemplateException("dictsort: by " + by + " (expected: key or value)");
    }
    run.charge((long) Run.ITEM * dict.size());
    Keys keys = new Keys(run, by.equals("key") ? 0L : 1L, arguments.truth(1, false));
    return new ListValue(sorted(run, dict.items(), keys, arguments.truth(3, false)));
  }

  private static Object sort(Run run, Bound arguments) {
    List<Object> items = Sequences.list(run, arguments.get(0));
    Keys keys = new Keys(run, arguments.get(3, None.NONE), arguments.truth(2, false));
    return new ListValue(sorted(run, items, keys, arguments.truth(1, false)));
  }

  private static List<Object> sorted(Run run, List<Object> items, Keys keys, boolean reverse) {
    Comparator<TupleValue> order =
        (one, other) -> Comparisons.compare(run, one.items().get(0), other.items().get(0));
    List<TupleValue> keyed = new ArrayList<>();
    for (Object item : items) {
      keyed.add(TupleValue.of(keys.all(item), item));
    }
    keyed.sort(reverse ? order.reversed() : order);
    List<Object> sorted = new ArrayList<>();
    keyed.forEach(item -> sorted.add(item.items().get(1)));
    return sorted;
  }

  private static Object extreme(Run run, Bound arguments, int sign) {
    Keys keys = new Keys(run, arguments.get(2, None.NONE), arguments.truth(1, false));
    Object best = null;
    for (Iterator<Object> rest = Sequences.iterate(run, arguments.get(0)); rest.hasNext(); ) {
      Object item = rest.next();
      boolean better =
          best == null || sign * Comparisons.compare(run, keys.of(item), keys.of(best)) < 0;
      best = better ? item : best;
    }
    return best == null ? new Undefined("no item: the list is empty") : best;
  }

  private static Object sum(Run run, Bound arguments) {
    Object sum = arguments.get(2, 0L);
    if (sum instanceof Text) {
      throw arguments.unexpected(2, "no text");
    }
    for (Iterator<Object> rest = Sequences.iterate(run, arguments.get(0)); rest.hasNext(); ) {
      Object item = Attributes.path(run, rest.next(), arguments.get(1, None.NONE));
      sum = Arithmetic.add(run, sum, item);
    }
    return sum;
  }

  private static Iterator<Object> batch(Run run, Bound arguments) {
    long size = arguments.integer(1, 0);
    List<Object> batches = new ArrayList<>();
    List<Object> batch = new ArrayList<>();
    for (Iterator<Object> rest = Sequences.iterate(run, arguments.get(0)); rest.hasNext(); ) {
      if (batch.size() == size) {
        batches.add(new ListValue(batch));
        batch = new ArrayList<>();
      }
      run.charge(2L * Run.ITEM);
      batch.add(rest.next());
    }
    if (!batch.isEmpty()) {
      while (!arguments.isNone(2) && batch.size() < size) {
        run.charge(Run.ITEM);
        batch.add(arguments.get(2));
      }
      batches.add(new ListValue(batch));
    }
    return batches.iterator();
  }

  private static Iterator<Object> slice(Run run, Bound arguments) {
    List<Object> items = Sequences.list(run, arguments.get(0));
    long slices = arguments.integer(1, 0);
    if (slices == 0) {
      throw new TemplateException("slice: 0 slices");
    }
    List<Object> all = new ArrayList<>();
    int from = 0;
    for (long i = 0; i < slices; i++) {
      boolean extra = i < items.size() % slices;
      int to = from + (int) (items.size() / slices) + (extra ? 1 : 0);
      run.charge((long) Run.ITEM * (2 + to - from));
      List<Object> slice = new ArrayList<>(items.subList(from, to));
      if (!arguments.isNone(2) && !extra) {
        slice.add(arguments.get(2));
      }
      all.add(new ListValue(slice));
      from = to;
    }
    return all.iterator();
  }
}
