package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.client.BaseStep;
import dev.panda.orchestrator.serving.decoding.Choice;
import dev.panda.orchestrator.serving.decoding.Rewards;
import java.util.Optional;

/**
 * One token of a response, and how it came to be.
 *
 * @param index its place in the response, from 0
 * @param text the text that can be shown with it
 * @param logProbability under the base model
 * @param rank its place among the candidates by log-probability, from 0
 * @param step all candidates of its step, where they are asked for
 */
public record GeneratedToken(
    int index,
    int id,
    String text,
    double logProbability,
    int rank,
    Choice choice,
    Optional<WholeStep> step) {

  /**
   * A step with all its candidates.
   *
   * @param scored their rewards; empty where none was scored
   */
  public record WholeStep(BaseStep base, Optional<ScoredStep> scored) {}

  /**
   * What the reward services gave at a step.
   *
   * @param rewards weighted sums over the preferences
   * @param matrix unweighted [scored × preference]
   */
  public record ScoredStep(Rewards rewards, double[] matrix) {}

  /** The same without what is heavy. */
  GeneratedToken withoutStep() {
    return new GeneratedToken(index, id, text, logProbability, rank, choice, Optional.empty());
  }
}
