package dev.panda.reward.workshop.distillation;

import dev.panda.reward.serving.head.RewardModel;
import dev.panda.transformer.workshop.training.TrainingException;

/**
 * A step of a response: what may come next, and what the reward model reads of it.
 *
 * @param states of the token before, after each layer in question [layer × D]
 * @param candidates tokens that may come next [K]
 * @param projections w · h of each, without the bias, its term clipped where the model clips [K]
 */
record CandidateStep(float[][] states, int[] candidates, float[] projections) {

  /**
   * A projection whose term is held in the reward model's bounds.
   *
   * @throws TrainingException if it is not finite
   */
  static float clipped(RewardModel model, double projection) {
    if (!Double.isFinite(projection)) {
      throw new TrainingException(
          "hidden state: reads as %s (expected: finite; try --numerics float32)"
              .formatted(projection));
    }
    float bias = model.head().bias();
    return (float) (model.card().readout().term(projection + bias) - bias);
  }
}
