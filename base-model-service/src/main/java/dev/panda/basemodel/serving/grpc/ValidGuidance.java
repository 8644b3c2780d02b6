package dev.panda.basemodel.serving.grpc;

import dev.panda.transformer.reward.ScoreUnit;

/**
 * What guides a sequence, within all bounds.
 *
 * @param preferences indices of the reward models, all different
 * @param atOnce largest number of candidates that are read before the client asks for more
 */
record ValidGuidance(int[] preferences, ScoreUnit unit, int atOnce) {}
