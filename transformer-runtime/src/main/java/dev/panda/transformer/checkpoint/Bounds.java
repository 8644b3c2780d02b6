package dev.panda.transformer.checkpoint;

/**
 * The interval that a number in a file must lie in. The ends are far from any real model's numbers;
 * they keep out nonsense that would overflow later.
 *
 * @param low lower end, included
 * @param high upper end, included
 */
public record Bounds(double low, double high) {
  private static final double LARGEST_SHOWN_IN_FULL = 1e10;

  /** The interval from −limit to limit. */
  public static Bounds within(double limit) {
    return new Bounds(-limit, limit);
  }

  /**
   * Checks a number.
   *
   * @throws IllegalArgumentException if it lies outside, or is NaN
   */
  public double check(String name, double value) {
    if (!(value >= low && value <= high)) {
      throw new IllegalArgumentException(
          "%s: %s (expected: %s to %s)".formatted(name, shown(value), shown(low), shown(high)));
    }
    return value;
  }

  /**
   * Checks all numbers of a tensor.
   *
   * @throws IllegalArgumentException if one lies outside, or is NaN
   */
  public float[] check(String name, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!(values[i] >= low && values[i] <= high)) {
        check(name + "[" + i + "]", Double.parseDouble(Float.toString(values[i])));
      }
    }
    return values;
  }

  private static String shown(double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) <= LARGEST_SHOWN_IN_FULL;
    return whole ? Long.toString((long) value) : Double.toString(value);
  }
}
