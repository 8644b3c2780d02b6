package dev.panda.orchestrator.serving.port;

import dev.panda.orchestrator.serving.decoding.Candidates;
import java.util.List;
import java.util.Optional;

/**
 * The candidates of a step.
 *
 * @param bytes the bytes of UTF-8 that each candidate adds to the text, not always whole characters
 *     [k]
 * @param cachedPromptTokens number of the prompt's first tokens that the service had in its cache,
 *     in the first step of a stream
 * @param rewards of the first candidates, if the sequence has guidance: of all that needed them
 * @param drafted the steps behind the first tokens of the draft, each as if these were accepted
 */
public record CandidateStep(
    Candidates candidates,
    List<byte[]> bytes,
    int cachedPromptTokens,
    Optional<StepRewards> rewards,
    List<CandidateStep> drafted) {
  public CandidateStep {
    bytes = List.copyOf(bytes);
    drafted = List.copyOf(drafted);
  }
}
