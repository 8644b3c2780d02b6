package dev.panda.orchestrator.generation;

import dev.panda.orchestrator.client.BaseStep;
import dev.panda.orchestrator.decoding.Choice;
import dev.panda.orchestrator.decoding.Rewards;
import java.util.Optional;

/**
 * One token of a response, and how it came to be.
 *
 * @param index its place in the response, from 0
 * @param text the text that can be shown with it
 * @param step all candidates of the step
 * @param scored the rewards of those that were scored; empty where none was
 */
public record GeneratedToken(
    int index, String text, BaseStep step, Choice choice, Optional<ScoredStep> scored) {

  /**
   * What the reward services gave at a step.
   *
   * @param rewards weighted sums over the preferences
   * @param matrix unweighted [scored × preference]
   */
  public record ScoredStep(Rewards rewards, double[] matrix) {}

  public int id() {
    return step.candidates().ids()[choice.candidate()];
  }

  public double logProbability() {
    return step.candidates().logProbabilities()[choice.candidate()];
  }

  /** Its place among the candidates by log-probability, from 0. */
  public int rank() {
    return step.candidates().rank(choice.candidate());
  }
}
