package dev.panda.orchestrator.workshop.answers;

import dev.panda.orchestrator.workshop.evaluation.Readability;
import java.util.List;

/**
 * An answer to a prompt.
 *
 * @param instruction what the model was told beside the prompt; empty if nothing
 * @param tokenIds the answer's tokens; empty if they are not known
 */
public record Answer(String text, String instruction, List<Integer> tokenIds) {
  public Answer {
    tokenIds = List.copyOf(tokenIds);
  }

  /** Number of words as the readability grade counts them. */
  public int words() {
    return Readability.of(text).words();
  }
}
