package dev.panda.reward.workshop.distillation;

import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.workshop.training.TrainingException;

/**
 * A step of a response: the candidates for the next token, with their projections by the reward
 * model.
 *
 * @param states of the token before, after each requested layer [layer × D]
 * @param candidates tokens that may come next [K]
 * @param projections w · h of each candidate, without the bias; its term is clipped if the model
 *     clips [K]
 */
record CandidateStep(float[][] states, int[] candidates, float[] projections) {

  /**
   * Clips a projection so that its term stays within the reward model's bounds.
   *
   * @throws TrainingException if it is not finite
   */
  static float clipped(RewardModel model, double projection) {
    if (!Double.isFinite(projection)) {
      throw new TrainingException(
          "hidden state: projection %s (expected: finite; try --numerics float32)"
              .formatted(projection));
    }
    float bias = model.head().bias();
    return (float) (model.card().readout().term(projection + bias) - bias);
  }
}
