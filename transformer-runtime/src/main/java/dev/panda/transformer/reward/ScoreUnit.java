package dev.panda.transformer.reward;

/** The unit of rewards. */
public enum ScoreUnit {
  /** (raw − mean) / standard deviation of the calibration set. */
  NORMALISED,
  /** The head's output. */
  RAW
}
