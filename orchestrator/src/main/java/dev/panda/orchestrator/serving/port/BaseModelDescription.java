package dev.panda.orchestrator.serving.port;

import java.util.List;
import java.util.Set;

/**
 * The base model, π_b.
 *
 * @param id its name
 * @param vocabularySize token ids are 0 to this, exclusive
 * @param endTokenIds token ids that end a response
 * @param contextLength largest number of tokens of a prompt and its response together
 * @param maxCandidates largest k
 * @param preferences those whose reward models its service holds
 * @param maxPreferences largest number of them that guide a sequence
 * @param ahead the most that it computes ahead
 */
public record BaseModelDescription(
    String id,
    int vocabularySize,
    String tokenizerFingerprint,
    Set<Integer> endTokenIds,
    int contextLength,
    int maxCandidates,
    List<ServedPreference> preferences,
    int maxPreferences,
    Ahead ahead) {
  public BaseModelDescription {
    endTokenIds = Set.copyOf(endTokenIds);
    preferences = List.copyOf(preferences);
  }
}
