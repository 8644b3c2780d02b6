package dev.panda.transformer.reward;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.panda.transformer.checkpoint.Bounds;

/**
 * Mean and standard deviation of a reward model's raw rewards for whole responses; with {@link
 * Pooling#INCREMENT}, of its terms for single tokens.
 *
 * @param standardDeviation positive
 */
public record Calibration(
    @JsonProperty(required = true) double mean,
    @JsonProperty(required = true) double standardDeviation) {

  private static final Bounds MEANS = Bounds.within(1e12);
  private static final Bounds DEVIATIONS = new Bounds(1e-9, 1e12);

  /** Leaves raw rewards unchanged. */
  public static final Calibration NONE = new Calibration(0, 1);

  public Calibration {
    MEANS.check("mean", mean);
    DEVIATIONS.check("standard_deviation", standardDeviation);
  }

  /** (raw − mean) / standard deviation. */
  public double normalise(double raw) {
    return (raw - mean) / standardDeviation;
  }
}
