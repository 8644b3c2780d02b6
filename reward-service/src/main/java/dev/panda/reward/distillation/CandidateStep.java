package dev.panda.reward.distillation;

/**
 * A step of a response: what may come next, and what the reward model reads of it.
 *
 * @param states of the token before, after each layer in question [layer × D]
 * @param candidates the likeliest next tokens [K]
 * @param projections w · h of each, without the bias, its term clipped where the model clips [K]
 */
record CandidateStep(float[][] states, int[] candidates, float[] projections) {}
