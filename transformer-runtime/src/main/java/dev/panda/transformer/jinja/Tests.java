package dev.panda.transformer.jinja;

import java.util.Map;
import java.util.function.IntPredicate;

/** The tests of jinja2, which follow {@code is}; the first parameter is the value before it. */
final class Tests {
  static final Map<String, Builtin> ALL =
      new Builtin.Table()
          .add("defined(value)", (run, a) -> !(a.get(0) instanceof Undefined))
          .add("undefined(value)", (run, a) -> a.get(0) instanceof Undefined)
          .add("none(value)", (run, a) -> a.get(0) == None.NONE)
          .add("boolean(value)", (run, a) -> a.get(0) instanceof Boolean)
          .add("true(value)", (run, a) -> Boolean.TRUE.equals(a.get(0)))
          .add("false(value)", (run, a) -> Boolean.FALSE.equals(a.get(0)))
          .add("integer(value)", (run, a) -> a.get(0) instanceof Long)
          .add("float(value)", (run, a) -> a.get(0) instanceof Double)
          .add("number(value)", (run, a) -> Types.isNumber(a.get(0)))
          .add("string(value)", (run, a) -> a.get(0) instanceof Text)
          .add("mapping(value)", (run, a) -> a.get(0) instanceof DictValue)
          .add("sequence(value)", (run, a) -> isSequence(a.get(0)))
          .add("iterable(value)", (run, a) -> isIterable(run, a.get(0)))
          .add("callable(obj, /)", (run, a) -> isCallable(a.get(0)))
          .add("escaped(value)", (run, a) -> a.get(0) instanceof Text text && text.markup())
          .add("lower(value)", (run, a) -> TextMethods.hasCase(run, a.str(run, 0), false))
          .add("upper(value)", (run, a) -> TextMethods.hasCase(run, a.str(run, 0), true))
          .add("odd(value)", (run, a) -> remainder(run, a.get(0), 2L, 1L))
          .add("even(value)", (run, a) -> remainder(run, a.get(0), 2L, 0L))
          .add("divisibleby(value, num)", (run, a) -> remainder(run, a.get(0), a.get(1), 0L))
          .add("filter(value)", (run, a) -> Filters.ALL.containsKey(a.text(0).chars()))
          .add("test(value)", (run, a) -> isTest(a.text(0).chars()))
          .add("in(value, seq)", (run, a) -> Sequences.contains(run, a.get(1), a.get(0)))
          .add("sameas(value, other)", (run, a) -> isSame(a.get(0), a.get(1)))
          .add("eq(a, b, /)", (run, a) -> Comparisons.equal(run, a.get(0), a.get(1)))
          .add("ne(a, b, /)", (run, a) -> !Comparisons.equal(run, a.get(0), a.get(1)))
          .add("lt(a, b, /)", (run, a) -> order(run, a, sign -> sign < 0))
          .add("le(a, b, /)", (run, a) -> order(run, a, sign -> sign <= 0))
          .add("gt(a, b, /)", (run, a) -> order(run, a, sign -> sign > 0))
          .add("ge(a, b, /)", (run, a) -> order(run, a, sign -> sign >= 0))
          .alias("==", "eq")
          .alias("equalto", "eq")
          .alias("!=", "ne")
          .alias("<", "lt")
          .alias("lessthan", "lt")
          .alias("<=", "le")
          .alias(">", "gt")
          .alias("greaterthan", "gt")
          .alias(">=", "ge")
          .build();

  private Tests() {}

  static Builtin get(String name) {
    Builtin test = ALL.get(name);
    if (test == null) {
      throw new TemplateException("no test " + name);
    }
    return test;
  }

  private static boolean isTest(String name) {
    return ALL.containsKey(name);
  }

  private static boolean isSequence(Object value) {
    return value instanceof Text
        || value instanceof DictValue
        || value instanceof Undefined
        || (Types.items(value) != null && !(value instanceof ViewValue));
  }

  private static boolean isIterable(Run run, Object value) {
    boolean unread = value instanceof Loop || value instanceof LazyValue;
    return unread || Sequences.tryIterate(run, value) != null;
  }

  private static boolean isCallable(Object value) {
    return value instanceof Callable || value instanceof Undefined;
  }

  private static boolean remainder(Run run, Object value, Object divisor, long wanted) {
    if (value instanceof Text text) {
      return Comparisons.equal(run, Printf.format(run, text, divisor), wanted);
    }
    return Comparisons.equal(run, Arithmetic.modulo(value, divisor), wanted);
  }

  /**
   * Truth values and none are the same object wherever they come from; Python shares others too.
   */
  private static boolean isSame(Object value, Object other) {
    if (value instanceof Boolean || other instanceof Boolean) {
      return value.equals(other);
    }
    if ((value instanceof Text && other instanceof Text)
        || (value instanceof Long && other instanceof Long)
        || (value instanceof Double && other instanceof Double)) {
      throw new TemplateException("sameas: " + Types.name(value) + ": not available to templates");
    }
    return value == other;
  }

  private static boolean order(Run run, Bound arguments, IntPredicate order) {
    return Comparisons.comparable(arguments.get(0), arguments.get(1))
        && order.test(Comparisons.compare(run, arguments.get(0), arguments.get(1)));
  }
}
