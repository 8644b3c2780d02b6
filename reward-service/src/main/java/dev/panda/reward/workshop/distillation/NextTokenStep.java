package dev.panda.reward.workshop.distillation;

/**
 * A step of a response, the token that came next, and what the reward model reads of it.
 *
 * @param states of the token before, after each layer in question [layer × D]
 * @param projection w · h of the next token, without the bias, its term clipped where the model
 *     clips
 */
record NextTokenStep(float[][] states, int token, float projection) {}
