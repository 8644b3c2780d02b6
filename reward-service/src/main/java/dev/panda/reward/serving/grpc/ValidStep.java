package dev.panda.reward.serving.grpc;

/**
 * A step of a sequence, within all bounds.
 *
 * @param accepted token ids since the last step
 * @param candidates token ids, all different
 */
record ValidStep(int[] accepted, int[] candidates) {}
