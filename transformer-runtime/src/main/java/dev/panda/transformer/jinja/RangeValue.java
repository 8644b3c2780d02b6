package dev.panda.transformer.jinja;

import java.math.BigInteger;
import java.util.AbstractList;

/** A Python range: its numbers are computed when they are read. */
final class RangeValue extends AbstractList<Object> {
  private static final int LONGEST = 100_000;

  private final long start;
  private final long stop;
  private final long step;
  private final int size;

  RangeValue(long start, long stop, long step) {
    if (step == 0) {
      throw new TemplateException("range: step 0");
    }
    this.start = start;
    this.stop = stop;
    this.step = step;
    BigInteger span = BigInteger.valueOf(stop).subtract(BigInteger.valueOf(start));
    BigInteger by = BigInteger.valueOf(step);
    BigInteger numbers =
        span.signum() == by.signum()
            ? span.add(by).subtract(BigInteger.valueOf(by.signum())).divide(by)
            : BigInteger.ZERO;
    if (numbers.compareTo(BigInteger.valueOf(LONGEST)) > 0) {
      throw new LimitException("range: " + numbers + " numbers", LONGEST);
    }
    size = numbers.intValue();
  }

  @Override
  public Object get(int index) {
    return start + index * step;
  }

  @Override
  public int size() {
    return size;
  }

  RangeValue slice(Run run, long from, long to, long by) {
    return new RangeValue(
        at(run, from), at(run, to), Types.integer(Arithmetic.multiply(run, step, by)));
  }

  private long at(Run run, long index) {
    return Types.integer(Arithmetic.add(run, start, Arithmetic.multiply(run, index, step)));
  }

  @Override
  public String toString() {
    return "range(" + start + ", " + stop + (step == 1 ? "" : ", " + step) + ")";
  }
}
