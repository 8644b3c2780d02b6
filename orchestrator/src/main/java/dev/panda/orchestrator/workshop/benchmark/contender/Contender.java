package dev.panda.orchestrator.workshop.benchmark.contender;

/** One way to have prompts answered. Any number of threads may ask. */
public interface Contender {
  /** Its name in tables, charts and files. */
  String name();

  /**
   * Has one prompt answered and reads the answer to its end.
   *
   * @param onToken runs at each token, as it comes
   * @throws RequestException if there is no whole answer
   */
  Answer ask(Prompt prompt, Runnable onToken);
}
