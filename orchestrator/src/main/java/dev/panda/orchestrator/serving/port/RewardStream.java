package dev.panda.orchestrator.serving.port;

/** One sequence at the reward models of a service. */
public interface RewardStream extends SequenceStream {

  /**
   * Asks for the rewards of a step's candidates, without waiting for them.
   *
   * @param accepted token ids accepted since the last question
   * @param candidates token ids, all different; none if only {@code accepted} is to be read
   */
  void ask(int[] accepted, int[] candidates);

  /** Waits for the rewards that were asked for last. */
  StepRewards rewards();
}
