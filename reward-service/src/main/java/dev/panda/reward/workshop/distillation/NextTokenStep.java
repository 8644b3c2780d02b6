package dev.panda.reward.workshop.distillation;

/**
 * A step of a response, the token that came next, and the reward model's projection of that token.
 *
 * @param states of the token before, after each requested layer [layer × D]
 * @param projection w · h of the next token, without the bias; its term is clipped if the model
 *     clips
 */
record NextTokenStep(float[][] states, int token, float projection) {}
