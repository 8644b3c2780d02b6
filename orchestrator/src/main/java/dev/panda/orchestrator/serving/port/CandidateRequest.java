package dev.panda.orchestrator.serving.port;

import java.util.Optional;

/**
 * A sequence to be decoded.
 *
 * @param prompt token ids, at least one
 * @param accepted token ids of the response so far; none for a new response
 * @param k number of candidates a step
 * @param maxTokens longest response, {@code accepted} included
 * @param logits whether candidates carry logits
 * @param vocabularySize |V| of the model
 * @param waits whether the sequence waits for reward services between its steps, and so holds its
 *     room for as long as one hangs
 * @param guidance the rewards that come with the candidates
 * @param within how far below the likeliest a candidate of the first step may lie for it to need
 *     rewards, in nats
 * @param ahead the most that is computed ahead
 */
public record CandidateRequest(
    int[] prompt,
    int[] accepted,
    int k,
    int maxTokens,
    boolean logits,
    int vocabularySize,
    boolean waits,
    Optional<Guidance> guidance,
    double within,
    Ahead ahead) {}
