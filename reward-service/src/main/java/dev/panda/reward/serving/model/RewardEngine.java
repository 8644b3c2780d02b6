package dev.panda.reward.serving.model;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.engine.EngineOptions;
import dev.panda.transformer.reward.OwnWeights;
import dev.panda.transformer.reward.RewardCard;
import java.nio.file.Path;

/** Loads the engine that a reward model reads. */
public final class RewardEngine {
  private RewardEngine() {}

  /**
   * Loads the backbone, in which the reward model's own weights, if any, replace the original ones.
   * The caller closes the engine.
   *
   * @param backbone its checkpoint, which may be closed afterwards
   * @param folder of the reward model
   * @throws dev.panda.transformer.checkpoint.CheckpointException if the reward model's weights are
   *     missing or do not fit the backbone
   */
  public static Engine load(
      Checkpoint backbone, Path folder, RewardCard card, EngineOptions options) {
    if (!card.hasOwnWeights()) {
      return Engine.load(backbone, options);
    }
    try (Checkpoint weights = OwnWeights.over(backbone, folder, card.method().orElseThrow())) {
      return Engine.load(weights, options);
    }
  }
}
