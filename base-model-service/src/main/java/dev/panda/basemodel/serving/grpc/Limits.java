package dev.panda.basemodel.serving.grpc;

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
    int maxDraft,
    int maxForeseen) {

  /** Largest number of tokens of one sequence, beside the candidates that are read for it. */
  int sequenceTokens(int candidates) {
    return Math.min(contextLength, cacheTokens - candidates);
  }
}
