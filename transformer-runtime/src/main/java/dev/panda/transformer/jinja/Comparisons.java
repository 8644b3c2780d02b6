package dev.panda.transformer.jinja;

import java.math.BigDecimal;
import java.util.List;

/** Python's {@code ==} and {@code <}: no text equals a number. */
final class Comparisons {
  private Comparisons() {}

  static boolean equal(Run run, Object left, Object right) {
    run.step();
    if (Types.isNumber(left) && Types.isNumber(right)) {
      return comparable(left, right) && numbers(left, right) == 0;
    }
    if (left instanceof Text text) {
      run.scan(text);
      return text.equals(right);
    }
    if (left instanceof Undefined) {
      return right instanceof Undefined;
    }
    if (left instanceof DictValue some && right instanceof DictValue others) {
      return run.nested(() -> equal(run, some, others));
    }
    if (left instanceof RangeValue some && right instanceof RangeValue others) {
      run.step(some.size());
      return some.equals(others);
    }
    boolean lists = left instanceof ListValue && right instanceof ListValue;
    boolean tuples = left instanceof TupleValue && right instanceof TupleValue;
    if (lists || tuples) {
      return run.nested(() -> equal(run, Types.items(left), Types.items(right)));
    }
    return left == right;
  }

  private static boolean equal(Run run, List<Object> left, List<Object> right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (int i = 0; i < left.size(); i++) {
      run.step();
      if (left.get(i) != right.get(i) && !equal(run, left.get(i), right.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean equal(Run run, DictValue left, DictValue right) {
    if (left.size() != right.size()) {
      return false;
    }
    run.step(left.size());
    for (Object key : left.keys()) {
      Object other = right.get(run, key);
      if (other == null || !equal(run, left.get(run, key), other)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Negative, zero or positive, as left is less than, equal to or greater than right.
   *
   * @throws TemplateException if Python does not order such values
   */
  static int compare(Run run, Object left, Object right) {
    run.step();
    if (Types.isNumber(left) && Types.isNumber(right)) {
      return numbers(left, right);
    }
    if (left instanceof Text some && right instanceof Text others) {
      run.scan(some);
      return some.compareTo(others);
    }
    boolean lists = left instanceof ListValue && right instanceof ListValue;
    boolean tuples = left instanceof TupleValue && right instanceof TupleValue;
    if (lists || tuples) {
      return run.nested(() -> compare(run, Types.items(left), Types.items(right)));
    }
    Object odd = right instanceof Undefined ? right : left;
    throw Types.unexpected(odd, "a value with an order relative to " + Types.name(right));
  }

  private static int compare(Run run, List<Object> left, List<Object> right) {
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      run.step();
      if (left.get(i) != right.get(i) && !equal(run, left.get(i), right.get(i))) {
        return compare(run, left.get(i), right.get(i));
      }
    }
    return Integer.compare(left.size(), right.size());
  }

  /** Whether both are numbers and neither is NaN, which is less than and equal to nothing. */
  static boolean comparable(Object left, Object right) {
    return !(left instanceof Double one && one.isNaN())
        && !(right instanceof Double other && other.isNaN());
  }

  private static int numbers(Object left, Object right) {
    if (Types.isInteger(left) && Types.isInteger(right)) {
      return Long.compare(Types.integer(left), Types.integer(right));
    }
    double one = Types.number(left);
    double other = Types.number(right);
    if (one != other || Double.isInfinite(one)) {
      return Double.compare(one, other);
    }
    return exact(left).compareTo(exact(right));
  }

  private static BigDecimal exact(Object number) {
    return number instanceof Double fraction
        ? new BigDecimal(fraction)
        : BigDecimal.valueOf(Types.integer(number));
  }
}
