package dev.panda.transformer.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** A running {@code for}: what the name {@code loop} stands for in its body. */
final class Loop implements Callable {
  private static final Map<String, Builtin> METHODS =
      new Builtin.Table()
          .add("cycle(self, *)", (run, a) -> ((Loop) a.get(0)).cycle(a.more()))
          .add("changed(self, *)", (run, a) -> ((Loop) a.get(0)).changed(run, a.more()))
          .build();

  private final Run run;
  private final Object iterable;
  private final int depth;

  /** Runs the body for other items, one level deeper; Java's null if the loop is not recursive. */
  private final BiFunction<Object, Integer, Object> recursion;

  private Iterator<Object> items;
  private long index;
  private Object previous;
  private Object current;
  private Object next;
  private List<Object> lastSeen;
  private long length = -1;

  Loop(Run run, Object iterable, int depth, BiFunction<Object, Integer, Object> recursion) {
    this.run = run;
    this.iterable = iterable;
    this.depth = depth;
    this.recursion = recursion;
    items = Sequences.iterate(run, iterable);
  }

  boolean hasNext() {
    return peek() != null;
  }

  Object next() {
    previous = current;
    current = peek();
    next = null;
    index++;
    return current;
  }

  private Object peek() {
    if (next == null && items.hasNext()) {
      next = items.next();
    }
    return next;
  }

  long index() {
    return index;
  }

  /** Number of items; a lazy value's are computed for it. */
  long length() {
    if (length < 0 && iterable instanceof LazyValue) {
      peek();
      List<Object> rest = Sequences.list(run, new LazyValue(() -> items));
      items = rest.iterator();
      length = index + rest.size() + (next == null ? 0 : 1);
    } else if (length < 0) {
      length = Sequences.length(iterable);
    }
    return length;
  }

  private Object cycle(List<Object> values) {
    if (values.isEmpty()) {
      throw new TemplateException("loop.cycle: no values (expected: at least one)");
    }
    return values.get((int) ((index - 1) % values.size()));
  }

  private boolean changed(Run run, List<Object> values) {
    boolean same =
        lastSeen != null && Comparisons.equal(run, TupleValue.of(lastSeen), TupleValue.of(values));
    lastSeen = values;
    return !same;
  }

  /** An attribute of {@code loop}; Java's null if there is none. */
  Object attribute(String name) {
    return switch (name) {
      case "index" -> index;
      case "index0" -> index - 1;
      case "first" -> index == 1;
      case "last" -> peek() == null;
      case "length" -> length();
      case "revindex" -> length() - index + 1;
      case "revindex0" -> length() - index;
      case "previtem" -> index == 1 ? new Undefined("there is no previous item") : previous;
      case "nextitem" -> peek() == null ? new Undefined("there is no next item") : next;
      case "depth" -> depth + 1L;
      case "depth0" -> (long) depth;
      default -> method(METHODS.get(name));
    };
  }

  private Callable method(Builtin method) {
    return method == null ? null : (again, given) -> method.call(again, given.after(this));
  }

  @Override
  public Object call(Run again, Arguments arguments) {
    if (recursion == null) {
      throw new TemplateException("loop: not recursive (expected: for … recursive)");
    }
    Bound bound = Signature.parse("loop(iterable)").bind(arguments);
    return again.nested(() -> recursion.apply(bound.get(0), depth + 1));
  }
}
