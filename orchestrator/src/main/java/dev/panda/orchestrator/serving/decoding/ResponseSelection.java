package dev.panda.orchestrator.serving.decoding;

/** Chooses among finished responses to one prompt. If two are equal, the earlier one is chosen. */
public final class ResponseSelection {
  private ResponseSelection() {}

  /**
   * Best-of-N: the response with the best final reward.
   *
   * @param rewards final rewards, finite [response], at least one
   */
  public static int best(double[] rewards) {
    requireSome(rewards);
    int best = 0;
    for (int i = 1; i < rewards.length; i++) {
      if (rewards[i] > rewards[best]) {
        best = i;
      }
    }
    return best;
  }

  /**
   * Per-lambda: the best final reward among the responses whose mean KL is within the limit, or the
   * response with the smallest mean KL if no response is.
   *
   * @param rewards final rewards, finite [response], at least one
   * @param meanKls mean KL a token in nats [response]
   * @param maxMeanKl the limit, in nats a token
   */
  public static int bestWithin(double[] rewards, double[] meanKls, double maxMeanKl) {
    requireSome(rewards);
    if (meanKls.length != rewards.length) {
      throw new IllegalArgumentException(
          "mean_kls: " + meanKls.length + " (expected: " + rewards.length + ")");
    }
    int best = -1;
    int nearest = 0;
    for (int i = 0; i < rewards.length; i++) {
      if (meanKls[i] <= maxMeanKl && (best < 0 || rewards[i] > rewards[best])) {
        best = i;
      }
      if (meanKls[i] < meanKls[nearest]) {
        nearest = i;
      }
    }
    return best < 0 ? nearest : best;
  }

  private static void requireSome(double[] rewards) {
    if (rewards.length == 0) {
      throw new IllegalArgumentException("rewards: none (expected: at least one response)");
    }
  }
}
