package dev.panda.transformer.reward;

import java.util.Optional;

/** Reward models for tests. */
final class Models {
  private Models() {}

  static RewardCard card(Readout readout, Calibration calibration) {
    return new RewardCard(
        "clarity",
        "Clear text.",
        "tiny",
        "f00d",
        Optional.empty(),
        readout,
        calibration,
        1,
        Optional.empty(),
        Optional.empty());
  }

  static RewardModel model(Pooling pooling, Optional<Clip> clip, float bias) {
    return new RewardModel(
        card(new Readout(2, pooling, clip), new Calibration(1, 2)),
        new RewardHead(new float[] {1, -2, 0.5f}, bias));
  }
}
