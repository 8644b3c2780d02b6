package dev.panda.transformer.reward;

import dev.panda.transformer.checkpoint.Bounds;

/** The closed interval to which a token's term is clipped, in raw units. */
public record Clip(double low, double high) {
  private static final Bounds ENDS = Bounds.within(1e12);

  public Clip {
    ENDS.check("low", low);
    ENDS.check("high", high);
    if (low > high) {
      throw new IllegalArgumentException(
          "clip: [" + low + ", " + high + "] (expected: low at most high)");
    }
  }

  /** The nearest number within the interval; NaN stays NaN. */
  public double apply(double term) {
    return Math.min(Math.max(term, low), high);
  }
}
