package dev.panda.orchestrator.serving.decoding;

/**
 * What the reward models last said of the accepted tokens.
 *
 * @param tokens number of tokens of the response that each sum covers [preference]
 * @param runningSums raw terms of these tokens, summed, each clipped if the reward model clips;
 *     bounds need them for {@link RewardPooling#MEAN}, rewards of whole responses for {@link
 *     RewardPooling#INCREMENT} [preference]
 */
public record ScoredPrefix(int[] tokens, double[] runningSums) {
  /** The start of a response. */
  public static ScoredPrefix empty(int preferences) {
    return new ScoredPrefix(new int[preferences], new double[preferences]);
  }
}
