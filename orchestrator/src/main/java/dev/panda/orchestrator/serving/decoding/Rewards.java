package dev.panda.orchestrator.serving.decoding;

/**
 * Rewards of a step's scored candidates, each the weighted sum over the preferences.
 *
 * @param candidates indices into Z, strictly ascending [scored]
 * @param values r of these candidates [scored]
 */
public record Rewards(int[] candidates, double[] values) {
  /** Of a step whose candidates are not scored. */
  public static final Rewards NONE = new Rewards(new int[0], new double[0]);

  public Rewards {
    if (values.length != candidates.length) {
      throw new IllegalArgumentException(
          "values: " + values.length + " rewards (expected: " + candidates.length + ")");
    }
  }

  /** Rewards of all candidates, in their order [k]. */
  public static Rewards ofAll(double... values) {
    int[] all = new int[values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = i;
    }
    return new Rewards(all, values);
  }

  boolean coverAll(Candidates of) {
    return candidates.length == of.size();
  }
}
