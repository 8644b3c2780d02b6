package dev.panda.orchestrator.workshop.benchmark.contender;

import java.util.Optional;

/**
 * A prompt.
 *
 * @param ids the prompt as token ids, if its length in tokens was asked for; the text then has
 *     about as many
 */
public record Prompt(String text, Optional<int[]> ids) {}
