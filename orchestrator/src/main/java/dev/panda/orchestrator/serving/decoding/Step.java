package dev.panda.orchestrator.serving.decoding;

import dev.panda.orchestrator.serving.decoding.lambda.LambdaContext;

/**
 * One step of a response.
 *
 * @param t number of tokens accepted before it, from 0
 * @param maxTokens longest response T, at least 1
 */
public record Step(int t, int maxTokens, Candidates candidates) {
  /** Gives λ functions the values that they may depend on; rewards are [k] or empty. */
  LambdaContext context(double[] rewards) {
    return new LambdaContext(
        t,
        maxTokens,
        candidates.logProbabilities(),
        rewards,
        candidates.entropy(),
        candidates.vocabularySize());
  }
}
