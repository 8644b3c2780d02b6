package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.decoding.Choice;
import dev.panda.orchestrator.serving.decoding.Rewards;
import dev.panda.orchestrator.serving.port.CandidateStep;
import java.util.Optional;

/**
 * One token of a response, and how it was chosen.
 *
 * @param index its place in the response, from 0
 * @param bytes the bytes of UTF-8 that it adds to the text, not always whole characters
 * @param text the text that can be shown once this token is there
 * @param logProbability under the base model
 * @param rank its place among the candidates by log-probability, from 0
 * @param step all candidates of its step, if the request asks for them
 */
public record GeneratedToken(
    int index,
    int id,
    byte[] bytes,
    String text,
    double logProbability,
    int rank,
    Choice choice,
    Optional<WholeStep> step) {

  /**
   * A step with all its candidates.
   *
   * @param scored their rewards; empty if none was scored
   */
  public record WholeStep(CandidateStep base, Optional<ScoredStep> scored) {}

  /**
   * The rewards of a step.
   *
   * @param rewards weighted sums over the preferences
   * @param matrix unweighted [scored × preference]
   */
  public record ScoredStep(Rewards rewards, double[] matrix) {}

  /** The same token without the candidates of its step, which take much memory. */
  GeneratedToken withoutStep() {
    return new GeneratedToken(
        index, id, bytes, text, logProbability, rank, choice, Optional.empty());
  }
}
