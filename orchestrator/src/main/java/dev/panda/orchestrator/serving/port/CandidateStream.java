package dev.panda.orchestrator.serving.port;

/**
 * One sequence at the base model. One thread at a time may use it. The caller closes it, and so
 * frees what the sequence holds.
 */
public interface CandidateStream extends AutoCloseable {

  /** Waits until the sequence has its room; the model then computes the prompt. */
  void awaitOpened();

  /** Waits for the candidates of the step that was asked for last. */
  CandidateStep candidates();

  /** Accepts a token and asks for the next step's candidates, without waiting for them. */
  void accept(int token);

  @Override
  void close();
}
