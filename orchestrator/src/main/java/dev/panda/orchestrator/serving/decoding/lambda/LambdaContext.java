package dev.panda.orchestrator.serving.decoding.lambda;

/**
 * The values that a λ function may depend on.
 *
 * @param t step, from 0
 * @param maxTokens longest response T, at least 1
 * @param logProbabilities log π_b of the candidates, over the whole vocabulary [k]
 * @param rewards of the candidates [k]; empty for functions that do not depend on them
 * @param entropy of π_b over the whole vocabulary, in nats
 * @param vocabularySize |V|
 */
public record LambdaContext(
    int t,
    int maxTokens,
    double[] logProbabilities,
    double[] rewards,
    double entropy,
    int vocabularySize) {
  private static final double[] UNKNOWN = {};

  /** What is known of a step before its candidates are. */
  public static LambdaContext before(int t, int maxTokens) {
    return new LambdaContext(t, maxTokens, UNKNOWN, UNKNOWN, Double.NaN, 1);
  }
}
