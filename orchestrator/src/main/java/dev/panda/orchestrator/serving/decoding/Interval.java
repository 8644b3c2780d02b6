package dev.panda.orchestrator.serving.decoding;

/**
 * A closed interval.
 *
 * @param low lower end, may be −∞
 * @param high upper end, at least {@code low}, may be +∞
 */
public record Interval(double low, double high) {
  /** All numbers. */
  public static final Interval UNBOUNDED =
      new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  static final Interval ZERO = new Interval(0, 0);

  public Interval {
    if (!(low <= high)) {
      throw new IllegalArgumentException(
          "interval: [" + low + ", " + high + "] (expected: low <= high)");
    }
  }

  Interval plus(double number) {
    return new Interval(low + number, high + number);
  }

  Interval plus(Interval other) {
    return new Interval(low + other.low, high + other.high);
  }

  /** Scales both ends; a negative factor swaps them. */
  Interval times(double factor) {
    return factor < 0
        ? new Interval(high * factor, low * factor)
        : new Interval(low * factor, high * factor);
  }

  Interval widen(double margin) {
    return new Interval(low - margin, high + margin);
  }

  boolean contains(double number) {
    return low <= number && number <= high;
  }

  /** The larger distance of an end from 0. */
  double magnitude() {
    return Math.max(Math.abs(low), Math.abs(high));
  }
}
