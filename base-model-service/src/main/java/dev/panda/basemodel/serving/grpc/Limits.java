package dev.panda.basemodel.serving.grpc;

import dev.panda.api.basemodel.v1.OpenSequence;

/**
 * The bounds of what a request may ask for.
 *
 * @param vocabularySize token ids are 0 to this, exclusively
 * @param contextLength largest number of tokens of a prompt and its response together
 * @param cacheTokens number of tokens that the whole cache holds
 * @param maxCandidates largest {@code k}
 * @param maxPreferences largest number of preferences that guide a sequence
 * @param layers number of transformer blocks
 * @param rowsAtOnce number of rows whose products cost little more than one row's
 * @param roundTokens largest number of rows of one pass
 * @param maxDraft largest number of tokens of a draft
 * @param maxForeseen largest number of tokens whose steps are computed ahead
 */
record Limits(
    int vocabularySize,
    int contextLength,
    int cacheTokens,
    int maxCandidates,
    int maxPreferences,
    int layers,
    int rowsAtOnce,
    int roundTokens,
    int maxDraft,
    int maxForeseen) {

  /** Whether the cache and a pass have room for the candidates behind a draft as well. */
  boolean hasRoomForDrafts(int promptTokens, OpenSequence open) {
    int candidates = (1 + open.getMaxDraft()) * open.getK();
    return candidates <= roundTokens
        && promptTokens + open.getMaxTokens() <= sequenceTokens(candidates);
  }

  /** Largest number of tokens of one sequence, beside the candidates that are read for it. */
  int sequenceTokens(int candidates) {
    return Math.min(contextLength, cacheTokens - candidates);
  }
}
