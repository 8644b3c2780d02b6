package dev.panda.orchestrator.serving.port;

import dev.panda.orchestrator.serving.decoding.Candidates;
import java.util.List;
import java.util.Optional;

/**
 * The candidates of a step.
 *
 * @param bytes the bytes of UTF-8 that each candidate adds to the text, not always whole characters
 *     [k]
 * @param rewards of the first candidates, if the sequence has guidance: of all that needed them
 */
public record CandidateStep(
    Candidates candidates, List<byte[]> bytes, Optional<StepRewards> rewards) {
  public CandidateStep {
    bytes = List.copyOf(bytes);
  }
}
