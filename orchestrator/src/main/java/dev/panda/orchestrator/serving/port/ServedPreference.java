package dev.panda.orchestrator.serving.port;

import dev.panda.orchestrator.serving.decoding.PreferenceReward;

/**
 * A preference that a reward service serves.
 *
 * @param model its reward model, which bears its name
 * @param description what a high reward means, for people
 * @param tokenHead whether rewards of candidates are estimates; those of a response as it is never
 *     are
 * @param defaultStrength strength c of the constant λ that its card recommends
 */
public record ServedPreference(
    PreferenceReward model, String description, boolean tokenHead, double defaultStrength) {}
