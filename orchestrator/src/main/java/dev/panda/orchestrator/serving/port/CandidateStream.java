package dev.panda.orchestrator.serving.port;

/** One sequence at the base model. */
public interface CandidateStream extends SequenceStream {

  /** Waits for the candidates of the step that was asked for last. */
  CandidateStep candidates();

  /**
   * Accepts a token and asks for the next step's candidates, without waiting for them.
   *
   * @param within as {@link CandidateRequest#within}, for the next step
   */
  void accept(int token, double within);
}
