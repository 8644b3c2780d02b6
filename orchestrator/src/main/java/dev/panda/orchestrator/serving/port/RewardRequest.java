package dev.panda.orchestrator.serving.port;

import dev.panda.orchestrator.serving.decoding.RewardUnit;
import java.util.List;

/**
 * A sequence whose candidates are to be scored.
 *
 * @param prompt token ids, at least one
 * @param accepted token ids of the response so far; none for a new response
 * @param preferences names, in the order of the rewards
 * @param maxTokens longest response, {@code accepted} included
 * @param maxCandidates largest number of candidates of a step
 */
public record RewardRequest(
    int[] prompt,
    int[] accepted,
    List<String> preferences,
    RewardUnit unit,
    int maxTokens,
    int maxCandidates) {
  public RewardRequest {
    preferences = List.copyOf(preferences);
  }
}
