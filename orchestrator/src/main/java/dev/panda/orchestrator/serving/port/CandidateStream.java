package dev.panda.orchestrator.serving.port;

/** One sequence at the base model. */
public interface CandidateStream extends SequenceStream {

  /** Waits for the candidates of the step that was asked for last. */
  CandidateStep candidates();

  /**
   * Waits for the rewards of further candidates of the last step, if the guidance is stepwise.
   *
   * @param candidates number of first candidates that are to have rewards in all
   * @return rewards of the further ones
   */
  StepRewards further(int candidates);

  /**
   * Accepts a token and asks for the next step's candidates, without waiting for them.
   *
   * @param within as {@link CandidateRequest#within}, for the next step
   */
  void accept(int token, double within);
}
