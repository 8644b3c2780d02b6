package dev.panda.orchestrator.serving.decoding;

/** Unaligned greedy: y_t = argmax over z of π_b(z), ties to the smaller token id. */
public final class GreedyPolicy implements Policy {
  @Override
  public boolean usesRewards() {
    return false;
  }

  @Override
  public Choice choose(Step step, Rewards rewards) {
    return Choice.unscored(step.candidates().likeliestFirst()[0]);
  }
}
