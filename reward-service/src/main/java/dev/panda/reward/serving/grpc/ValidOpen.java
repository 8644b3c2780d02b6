package dev.panda.reward.serving.grpc;

import dev.panda.transformer.reward.ScoreUnit;

/**
 * A sequence to open, within all bounds.
 *
 * @param prompt token ids, at least one
 * @param accepted token ids of the response so far
 * @param preferences indices of the reward models, all different
 * @param maxTokens longest response, including {@code accepted}
 * @param maxCandidates largest number of candidates in a message
 */
record ValidOpen(
    int[] prompt,
    int[] accepted,
    int[] preferences,
    ScoreUnit unit,
    int maxTokens,
    int maxCandidates) {

  /** Number of tokens that the sequence may grow to. */
  int sequenceTokens() {
    return prompt.length + maxTokens;
  }
}
