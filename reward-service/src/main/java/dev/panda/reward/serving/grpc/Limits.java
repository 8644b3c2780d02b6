package dev.panda.reward.serving.grpc;

import dev.panda.reward.serving.config.RewardConfig;
import dev.panda.transformer.reward.loading.Backbone;

/**
 * The bounds of what a request may ask for.
 *
 * @param vocabularySize token ids are 0 to this, exclusively
 * @param contextLength largest number of tokens of a prompt and its response together
 * @param cacheTokens number of tokens that the whole cache holds, candidates included
 * @param maxCandidates largest number of candidates in a message
 * @param maxPreferences largest number of preferences in a request
 * @param maxResponses largest number of finished responses in a request
 */
record Limits(
    int vocabularySize,
    int contextLength,
    int cacheTokens,
    int maxCandidates,
    int maxPreferences,
    int maxResponses) {

  static Limits of(RewardConfig config, Backbone backbone) {
    return new Limits(
        backbone.vocabularySize(),
        backbone.contextLength(),
        config.cacheTokens(),
        Math.min(config.maxCandidates(), backbone.vocabularySize()),
        config.maxPreferences(),
        config.maxResponses());
  }

  /** Largest number of tokens of one sequence beside its candidates. */
  int sequenceTokens(int candidates) {
    return Math.min(contextLength, cacheTokens - candidates);
  }
}
