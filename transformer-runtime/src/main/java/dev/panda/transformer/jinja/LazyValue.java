package dev.panda.transformer.jinja;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Items that are computed when they are read, once: a Python generator or iterator. */
final class LazyValue {
  private final Supplier<Iterator<Object>> start;
  private Iterator<Object> items;

  /**
   * @param start called when the first item is read; what fails, fails then
   */
  LazyValue(Supplier<Iterator<Object>> start) {
    this.start = start;
  }

  /** The items that have not been read. */
  Iterator<Object> items() {
    if (items == null) {
      items = start.get();
    }
    return items;
  }

  /** The chosen items, changed; computed one by one. */
  static Iterator<Object> filtered(
      Iterator<Object> items, Predicate<Object> chosen, Function<Object, Object> change) {
    return new Iterator<>() {
      private Object next;

      @Override
      public boolean hasNext() {
        while (next == null && items.hasNext()) {
          Object item = items.next();
          next = chosen.test(item) ? change.apply(item) : null;
        }
        return next != null;
      }

      @Override
      public Object next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Object item = next;
        next = null;
        return item;
      }
    };
  }
}
