package dev.panda.orchestrator.serving.generation;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The result of a generation.
 *
 * @param response the response that the method chose
 * @param reward weighted sum of its rewards; empty without preferences
 * @param promptTokens number of tokens of the prompt
 * @param seed empty if the method does not draw
 * @param warnings signs that λ is too strong or that a preference does not steer, for people
 * @param work of all responses, including those that the method did not choose
 */
public record Outcome(
    Response response,
    OptionalDouble reward,
    int promptTokens,
    OptionalLong seed,
    List<String> warnings,
    Work work) {
  public Outcome {
    warnings = List.copyOf(warnings);
  }
}
