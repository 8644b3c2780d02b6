package dev.panda.transformer.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** What Python's iteration, {@code len}, indexing, slicing and {@code in} do. */
final class Sequences {
  private Sequences() {}

  /** The bounds and step of a slice; parts that are not given are none. */
  record Slice(Object start, Object stop, Object step) {}

  /** Iterates over any value that Python iterates over; every item costs a step. */
  static Iterator<Object> iterate(Run run, Object value) {
    Iterator<Object> items = tryIterate(run, value);
    if (items == null) {
      throw new TemplateException(Types.name(value) + " is not iterable");
    }
    return items;
  }

  /** As {@link #iterate}; Java's null if the value is not iterable. */
  static Iterator<Object> tryIterate(Run run, Object value) {
    List<Object> items = Types.items(value);
    if (items != null) {
      return metered(run, items.iterator());
    } else if (value instanceof DictValue dict) {
      run.charge((long) Run.ITEM * dict.size());
      return metered(run, dict.keys().iterator());
    } else if (value instanceof Text text) {
      return metered(run, characters(run, text));
    } else if (value instanceof LazyValue lazy) {
      return metered(run, lazy.items());
    } else if (value instanceof Undefined) {
      return List.of().iterator();
    } else if (value instanceof Loop) {
      throw new TemplateException("loop: not available as a list");
    }
    return null;
  }

  private static Iterator<Object> metered(Run run, Iterator<Object> items) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return items.hasNext();
      }

      @Override
      public Object next() {
        run.step();
        return items.next();
      }
    };
  }

  private static Iterator<Object> characters(Run run, Text text) {
    return new Iterator<>() {
      private int at;

      @Override
      public boolean hasNext() {
        return at < text.chars().length();
      }

      @Override
      public Object next() {
        int from = at;
        at += Character.charCount(text.chars().codePointAt(at));
        return text.part(run, from, at).withMarkup(false);
      }
    };
  }

  /** All items, as a new list. */
  static List<Object> list(Run run, Object value) {
    List<Object> list = new ArrayList<>();
    for (Iterator<Object> items = iterate(run, value); items.hasNext(); ) {
      run.charge(Run.ITEM);
      list.add(items.next());
    }
    return list;
  }

  static long length(Object value) {
    List<Object> items = Types.items(value);
    if (items != null) {
      return items.size();
    } else if (value instanceof Text text) {
      return text.length();
    } else if (value instanceof DictValue dict) {
      return dict.size();
    } else if (value instanceof Undefined) {
      return 0;
    } else if (value instanceof Loop loop) {
      return loop.length();
    }
    throw new TemplateException(Types.name(value) + " has no length");
  }

  /** An item by key, index or slice; Java's null if there is none. */
  static Object item(Run run, Object value, Object index) {
    if (value instanceof Undefined undefined) {
      throw undefined.failure();
    } else if (value instanceof DictValue dict) {
      return DictValue.isKey(index) ? dict.get(run, index) : null;
    } else if (value instanceof ViewValue
        || (!(value instanceof Text) && Types.items(value) == null)) {
      return null;
    } else if (index instanceof Slice slice) {
      return slice(run, value, slice);
    } else if (!Types.isInteger(index)) {
      return null;
    }
    long length = length(value);
    long at = Types.integer(index);
    at = at < 0 ? at + length : at;
    if (at < 0 || at >= length) {
      return null;
    }
    if (value instanceof Text text) {
      int from = text.offset(run, at);
      return text.part(run, from, text.chars().offsetByCodePoints(from, 1));
    }
    return Types.items(value).get((int) at);
  }

  private static Object slice(Run run, Object value, Slice slice) {
    long step = slice.step() == None.NONE ? 1 : Types.integer(slice.step());
    if (step == 0) {
      throw new TemplateException("slice: step 0");
    }
    long length = length(value);
    long least = step < 0 ? -1 : 0;
    long most = step < 0 ? length - 1 : length;
    long start = bound(slice.start(), step < 0 ? most : least, length, least, most);
    long stop = bound(slice.stop(), step < 0 ? least : most, length, least, most);
    if (value instanceof RangeValue range) {
      return range.slice(run, start, stop, step);
    }
    step = Math.max(-length - 1, Math.min(length + 1, step)); // so that sums do not overflow
    if (value instanceof Text text) {
      return slice(run, text, start, stop, step);
    }
    List<Object> items = Types.items(value);
    List<Object> some = new ArrayList<>();
    for (long i = start; step < 0 ? i > stop : i < stop; i += step) {
      run.charge(Run.ITEM);
      some.add(items.get((int) i));
    }
    return value instanceof TupleValue ? TupleValue.of(some) : new ListValue(some);
  }

  private static long bound(Object bound, long absent, long length, long least, long most) {
    if (bound == None.NONE) {
      return absent;
    }
    long index = Types.integer(bound);
    return Math.max(least, Math.min(most, index < 0 ? index + length : index));
  }

  private static Text slice(Run run, Text text, long start, long stop, long step) {
    if (step == 1) {
      return start >= stop
          ? text.part(run, 0, 0)
          : text.part(run, text.offset(run, start), text.offset(run, stop));
    }
    run.scan(text);
    TextBuilder some = new TextBuilder(run);
    int at = text.offset(run, Math.max(0, Math.min(start, text.length())));
    for (long i = start; step < 0 ? i > stop : i < stop; i += step) {
      run.step();
      some.add(text, at, text.chars().offsetByCodePoints(at, 1));
      boolean more = step < 0 ? i + step > stop : i + step < stop;
      at = more ? text.chars().offsetByCodePoints(at, (int) step) : at;
    }
    return some.build().withMarkup(text.markup());
  }

  /** Python's {@code item in value}. */
  static boolean contains(Run run, Object value, Object item) {
    if (value instanceof Text text) {
      if (item instanceof Text part) {
        return Search.forward(run, text, part).from(0) >= 0;
      }
      throw new TemplateException("in: " + Types.name(item) + " (expected: str, as in a str)");
    } else if (value instanceof DictValue dict) {
      return dict.get(run, item) != null;
    }
    for (Iterator<Object> items = iterate(run, value); items.hasNext(); ) {
      Object next = items.next();
      if (next == item || Comparisons.equal(run, next, item)) {
        return true;
      }
    }
    return false;
  }
}
