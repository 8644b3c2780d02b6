package dev.panda.reward.serving.head;

/** In what units rewards are. */
public enum ScoreUnit {
  /** (raw − mean) / standard deviation of the calibration set. */
  NORMALISED,
  /** What the head gives. */
  RAW
}
