package dev.panda.orchestrator.serving.generation;

import java.time.Duration;

/**
 * The work and time that responses took.
 *
 * @param tokens generated tokens
 * @param scored candidates that reward services scored
 * @param pruned candidates that could not win and so were not scored
 * @param cachedPromptTokens tokens of prompts that the base service had in its cache
 * @param draftedTokens generated tokens whose steps were computed with earlier ones
 * @param base time spent waiting for the base service
 * @param reward time spent waiting for reward services
 */
public record Work(
    int tokens,
    long scored,
    long pruned,
    int cachedPromptTokens,
    int draftedTokens,
    Duration base,
    Duration reward) {
  static final Work NONE = new Work(0, 0, 0, 0, 0, Duration.ZERO, Duration.ZERO);

  Work plus(Work other) {
    return new Work(
        tokens + other.tokens,
        scored + other.scored,
        pruned + other.pruned,
        cachedPromptTokens + other.cachedPromptTokens,
        draftedTokens + other.draftedTokens,
        base.plus(other.base),
        reward.plus(other.reward));
  }
}
