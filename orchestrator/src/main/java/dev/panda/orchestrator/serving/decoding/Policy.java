package dev.panda.orchestrator.serving.decoding;

/**
 * Chooses a response's tokens, one step after the other. A policy that draws keeps its generator's
 * state and so belongs to one response.
 */
public interface Policy {
  /** Whether {@link #choose} needs rewards. */
  boolean usesRewards();

  /**
   * The candidates that can still win when every candidate's reward lies in {@code bounds}: indices
   * into Z, ascending, at least one. Choosing among them is choosing among all. Policies that can't
   * leave out any return all.
   */
  default int[] survivors(Step step, Interval bounds) {
    return step.candidates().all().toArray();
  }

  /**
   * Chooses the token of a step.
   *
   * @param rewards of the survivors, {@link Rewards#NONE} where rewards are not used; a survivor
   *     left alone needs no reward, it is {@link Choice#unscored}
   * @throws DecodingException where a score is not a finite number
   */
  Choice choose(Step step, Rewards rewards);

  /** What the policy carries from one step to the next. */
  default PolicyState state() {
    return PolicyState.START;
  }

  /** Brings a new policy to where another one with the same settings was in that state. */
  default void resume(PolicyState state) {}
}
