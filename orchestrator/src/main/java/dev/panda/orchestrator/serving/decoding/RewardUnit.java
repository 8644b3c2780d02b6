package dev.panda.orchestrator.serving.decoding;

/** Units of rewards. */
public enum RewardUnit {
  /** (raw − mean)/standard deviation of the preference's calibration set. */
  NORMALISED,
  /** What the reward model gives. */
  RAW
}
