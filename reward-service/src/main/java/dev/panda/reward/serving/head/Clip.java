package dev.panda.reward.serving.head;

/** The closed interval to which a token's term is clipped, in raw units. */
public record Clip(double low, double high) {
  public Clip {
    if (!Double.isFinite(low) || !Double.isFinite(high) || low > high) {
      throw new IllegalArgumentException(
          "clip: [" + low + ", " + high + "] (expected: finite, low at most high)");
    }
  }

  /** The nearest number within the interval; NaN stays NaN. */
  public double apply(double term) {
    return Math.min(Math.max(term, low), high);
  }
}
