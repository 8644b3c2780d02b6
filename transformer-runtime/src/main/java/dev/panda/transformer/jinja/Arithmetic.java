package dev.panda.transformer.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/** Python's arithmetic operators, on numbers, text and lists. */
final class Arithmetic {
  private static final long EXACT = 1L << 53;

  private Arithmetic() {}

  static Object add(Run run, Object left, Object right) {
    if (left instanceof Text one && right instanceof Text other) {
      boolean markup = one.markup() || other.markup();
      Text start = markup ? Escaping.escape(run, one) : one;
      Text end = markup ? Escaping.escape(run, other) : other;
      return new TextBuilder(run).add(start).add(end).build().withMarkup(markup);
    }
    boolean lists = left instanceof ListValue && right instanceof ListValue;
    boolean tuples = left instanceof TupleValue && right instanceof TupleValue;
    if (lists || tuples) {
      List<Object> start = Types.items(left);
      List<Object> end = Types.items(right);
      run.charge((long) Run.ITEM * (start.size() + end.size()));
      List<Object> all = new ArrayList<>(start);
      all.addAll(end);
      return lists ? new ListValue(all) : TupleValue.of(all);
    }
    return integers("+", left, right)
        ? exact("+", BigInteger.valueOf(Types.integer(left)).add(big(right)))
        : (Object) (Types.number(left) + Types.number(right));
  }

  static Object subtract(Object left, Object right) {
    return integers("-", left, right)
        ? exact("-", big(left).subtract(big(right)))
        : (Object) (Types.number(left) - Types.number(right));
  }

  static Object multiply(Run run, Object left, Object right) {
    if (Types.isInteger(left) && !Types.isNumber(right)) {
      return multiply(run, right, left);
    }
    if (left instanceof Text text && Types.isInteger(right)) {
      return repeat(run, text, Types.integer(right));
    }
    if ((left instanceof ListValue || left instanceof TupleValue) && Types.isInteger(right)) {
      List<Object> items = Types.items(left);
      long times = Types.integer(right);
      run.requireRoom(times, (long) Run.ITEM * items.size());
      List<Object> all = new ArrayList<>();
      for (long i = 0; i < (items.isEmpty() ? 0 : times); i++) {
        run.charge((long) Run.ITEM * items.size());
        all.addAll(items);
      }
      return left instanceof ListValue ? new ListValue(all) : TupleValue.of(all);
    }
    return integers("*", left, right)
        ? exact("*", big(left).multiply(big(right)))
        : (Object) (Types.number(left) * Types.number(right));
  }

  static Text repeat(Run run, Text text, long times) {
    run.requireRoom(times, text.chars().length());
    TextBuilder all = new TextBuilder(run);
    for (long i = 0; i < (text.isEmpty() ? 0 : times); i++) {
      all.add(text);
    }
    return all.build().withMarkup(text.markup());
  }

  static double divide(Object left, Object right) {
    numbers("/", left, right);
    requireDivisor(right);
    boolean large = integers("/", left, right) && Math.abs(Types.number(left)) > EXACT;
    return large
        ? new BigDecimal(big(left))
            .divide(new BigDecimal(big(right)), MathContext.DECIMAL128)
            .doubleValue()
        : Types.number(left) / Types.number(right);
  }

  static Object floorDivide(Object left, Object right) {
    numbers("//", left, right);
    requireDivisor(right);
    if (integers("//", left, right)) {
      return exact("//", big(left).subtract(big(modulo(left, right))).divide(big(right)));
    }
    double remainder = (double) modulo(left, right);
    return Math.rint((Types.number(left) - remainder) / Types.number(right));
  }

  /** The remainder, with the divisor's sign. */
  static Object modulo(Object left, Object right) {
    numbers("%", left, right);
    requireDivisor(right);
    if (integers("%", left, right)) {
      return Math.floorMod(Types.integer(left), Types.integer(right));
    }
    double divisor = Types.number(right);
    double remainder = Types.number(left) % divisor;
    if (remainder == 0) {
      return Math.copySign(0.0, divisor);
    }
    return remainder < 0 == divisor < 0 ? remainder : remainder + divisor;
  }

  static Object power(Object left, Object right) {
    if (!integers("**", left, right) || Types.integer(right) < 0) {
      if (Types.number(left) == 0 && Types.number(right) < 0) {
        throw new TemplateException("**: 0 to a negative power");
      }
      return Math.pow(Types.number(left), Types.number(right));
    }
    long exponent = Types.integer(right);
    if (Math.abs(Types.number(left)) <= 1) {
      long base = Types.integer(left);
      return exponent == 0 ? 1L : exponent % 2 == 0 ? base * base : base;
    }
    return exact("**", big(left).pow((int) Math.min(exponent, Long.SIZE)));
  }

  static Object negate(Object value) {
    return value instanceof Double number ? (Object) (-number) : subtract(0L, value);
  }

  /** As the sign {@code +} before a value. */
  static Object number(Object value) {
    return value instanceof Double ? value : (Object) Types.integer(value);
  }

  private static boolean integers(String operator, Object left, Object right) {
    numbers(operator, left, right);
    return Types.isInteger(left) && Types.isInteger(right);
  }

  private static void numbers(String operator, Object left, Object right) {
    for (Object value : List.of(left, right)) {
      if (value instanceof Undefined undefined) {
        throw undefined.failure();
      }
    }
    if (!Types.isNumber(left) || !Types.isNumber(right)) {
      throw new TemplateException(
          "%s: %s and %s (expected: values that have this operator)"
              .formatted(operator, Types.name(left), Types.name(right)));
    }
  }

  private static void requireDivisor(Object value) {
    if (Types.number(value) == 0) {
      throw new TemplateException("division by zero");
    }
  }

  private static BigInteger big(Object value) {
    return BigInteger.valueOf(Types.integer(value));
  }

  private static Object exact(String operator, BigInteger result) {
    if (result.bitLength() >= Long.SIZE) {
      throw new TemplateException(operator + ": an integer of more than 64 bits");
    }
    return result.longValue();
  }
}
