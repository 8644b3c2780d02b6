package dev.panda.orchestrator.serving.port;

/** One sequence at the base model. */
public interface CandidateStream extends SequenceStream {

  /** Waits for the candidates of the step that was asked for last. */
  CandidateStep candidates();

  /**
   * Waits for the rewards of further candidates of a step, if the sequence has guidance.
   *
   * @param drafted number of the draft's tokens that the step is behind
   * @param candidates number of first candidates that are to have rewards in all
   * @return rewards of the further ones
   */
  StepRewards further(int drafted, int candidates);

  /**
   * Lets the model compute the steps after tokens of which one may be accepted next; does not wait.
   *
   * @param drafted number of first tokens of the last draft that are accepted before
   * @param tokens token ids, all different, at least one
   */
  void foresee(int drafted, int[] tokens);

  /** Accepts tokens and asks for the next step's candidates, without waiting for them. */
  void accept(Acceptance acceptance);
}
