package dev.panda.reward.serving.head;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Mean and standard deviation of a reward model's raw rewards for whole responses; with {@link
 * Pooling#INCREMENT}, of its terms for single tokens.
 *
 * @param standardDeviation positive
 */
public record Calibration(
    @JsonProperty(required = true) double mean,
    @JsonProperty(required = true) double standardDeviation) {

  /** Leaves raw rewards unchanged. */
  public static final Calibration NONE = new Calibration(0, 1);

  public Calibration {
    if (!Double.isFinite(mean)) {
      throw new IllegalArgumentException("mean: " + mean + " (expected: finite)");
    }
    if (!(standardDeviation > 0) || Double.isInfinite(standardDeviation)) {
      throw new IllegalArgumentException(
          "standard_deviation: " + standardDeviation + " (expected: finite and > 0)");
    }
  }

  /** (raw − mean) / standard deviation. */
  public double normalise(double raw) {
    return (raw - mean) / standardDeviation;
  }
}
