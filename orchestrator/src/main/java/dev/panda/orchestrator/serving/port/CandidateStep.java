package dev.panda.orchestrator.serving.port;

import dev.panda.orchestrator.serving.decoding.Candidates;
import java.util.List;

/**
 * The candidates of a step.
 *
 * @param bytes the bytes of UTF-8 that each candidate adds to the text, not always whole characters
 *     [k]
 */
public record CandidateStep(Candidates candidates, List<byte[]> bytes) {
  public CandidateStep {
    bytes = List.copyOf(bytes);
  }
}
