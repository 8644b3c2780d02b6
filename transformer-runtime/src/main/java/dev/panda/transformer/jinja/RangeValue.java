package dev.panda.transformer.jinja;

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
    double numbers = Math.ceil(((double) stop - (double) start) / step);
    if (numbers > LONGEST) {
      throw new LimitException("range: " + (long) numbers + " numbers", LONGEST);
    }
    size = (int) Math.max(0, numbers);
  }

  @Override
  public Object get(int index) {
    return start + index * step;
  }

  @Override
  public int size() {
    return size;
  }

  RangeValue slice(long from, long to, long by) {
    return new RangeValue(start + from * step, start + to * step, step * by);
  }

  @Override
  public String toString() {
    return "range(" + start + ", " + stop + (step == 1 ? "" : ", " + step) + ")";
  }
}
