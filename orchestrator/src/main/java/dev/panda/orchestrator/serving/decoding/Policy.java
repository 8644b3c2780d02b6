package dev.panda.orchestrator.serving.decoding;

import java.util.Arrays;

/**
 * Chooses the tokens of one response, one step after the other. A policy that draws keeps the state
 * of its generator.
 */
public interface Policy {
  /** Whether {@link #choose} needs rewards. */
  boolean usesRewards();

  /**
   * Finds the candidates that can still win if every candidate's reward lies in {@code bounds}:
   * indices into Z, ascending, at least one. The choice among them is the choice among all. A
   * policy that cannot leave out any candidate returns all.
   */
  default int[] survivors(Step step, Interval bounds) {
    return step.candidates().all().toArray();
  }

  /**
   * Finds the candidates that can still win once some of the survivors have rewards: indices into
   * Z, ascending, without those that have. The choice among these and the scored ones is the choice
   * among all.
   *
   * @param bounds as for {@link #survivors}
   * @param scored rewards of some survivors, at least one
   */
  default int[] contenders(Step step, Interval bounds, Rewards scored) {
    return Arrays.stream(survivors(step, bounds))
        .filter(i -> Arrays.binarySearch(scored.candidates(), i) < 0)
        .toArray();
  }

  /**
   * Gives how far a survivor's log-probability can lie below that of the likeliest candidate, in
   * nats, before a step's candidates are known. Infinite if that is not known.
   *
   * @param t number of tokens accepted before the step
   * @param maxTokens longest response T
   * @param bounds as for {@link #survivors}
   */
  default double reach(int t, int maxTokens, Interval bounds) {
    return Double.POSITIVE_INFINITY;
  }

  /**
   * Chooses the token of a step.
   *
   * @param rewards of the survivors, {@link Rewards#NONE} if the policy uses no rewards. A single
   *     survivor needs no choice: it is {@link Choice#unscored}
   * @throws DecodingException if a score is not a finite number
   */
  Choice choose(Step step, Rewards rewards);

  /** Gives the state that the policy carries from one step to the next. */
  default PolicyState state() {
    return PolicyState.START;
  }

  /** Brings a new policy to the state of another policy with the same settings. */
  default void resume(PolicyState state) {}
}
