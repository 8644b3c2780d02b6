package dev.panda.orchestrator.serving.generation;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a generation came to.
 *
 * @param response the one that was kept
 * @param reward weighted sum of its rewards; empty without preferences
 * @param promptTokens number of tokens of the prompt
 * @param seed that was used; empty where nothing was drawn
 * @param warnings signs of too strong a λ, for people
 * @param work of all responses, those that were not kept included
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
