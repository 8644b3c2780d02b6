package dev.panda.orchestrator.serving.port;

import java.util.List;

/**
 * What a reward service serves.
 *
 * @param backboneId name of the model whose hidden states are read
 * @param contextLength largest number of tokens of a prompt and its response together
 * @param maxCandidates largest number of candidates in a message
 * @param maxPreferences largest number of preferences of a sequence
 * @param maxResponses largest number of finished responses in a message
 */
public record RewardDescription(
    String backboneId,
    String tokenizerFingerprint,
    int contextLength,
    int maxCandidates,
    int maxPreferences,
    int maxResponses,
    List<ServedPreference> preferences) {
  public RewardDescription {
    preferences = List.copyOf(preferences);
  }
}
