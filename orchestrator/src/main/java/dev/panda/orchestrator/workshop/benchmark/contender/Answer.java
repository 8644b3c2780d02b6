package dev.panda.orchestrator.workshop.benchmark.contender;

import dev.panda.api.generation.v1.Usage;
import java.util.Optional;

/**
 * What a server tells of an answer.
 *
 * @param promptTokens tokens of the prompt; 0 if the server does not tell
 * @param tokens tokens of the answer
 * @param usage work and time at the orchestrator; empty with other servers
 */
public record Answer(int promptTokens, int tokens, Optional<Usage> usage) {}
