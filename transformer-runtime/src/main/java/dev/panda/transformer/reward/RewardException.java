package dev.panda.transformer.reward;

/** Thrown if a reward is not a finite number; the message names the preference and the step. */
public final class RewardException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String preference;
  private final int step;

  RewardException(String preference, int step, double reward) {
    super(
        "preference "
            + preference
            + ", step "
            + step
            + ": reward: "
            + reward
            + " (expected: finite)");
    this.preference = preference;
    this.step = step;
  }

  public String preference() {
    return preference;
  }

  /** Position of the scored token in the response, from 0. */
  public int step() {
    return step;
  }
}
