package dev.panda.orchestrator.serving.port;

/**
 * One sequence at a service. One thread at a time may use it. The caller closes it, and so frees
 * what the sequence holds.
 */
public interface SequenceStream extends AutoCloseable {

  /** Waits until the sequence has its room; the service then computes the prompt. */
  void awaitOpened();

  @Override
  void close();
}
