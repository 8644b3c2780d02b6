package dev.panda.orchestrator.serving.port;

/**
 * A sequence to be decoded.
 *
 * @param prompt token ids, at least one
 * @param accepted token ids of the response so far; none for a new response
 * @param k number of candidates a step
 * @param maxTokens longest response, {@code accepted} included
 * @param logits whether candidates carry logits
 * @param vocabularySize |V| of the model
 * @param guided whether the sequence waits for rewards between its steps, and so holds its room for
 *     as long as a reward service hangs
 */
public record CandidateRequest(
    int[] prompt,
    int[] accepted,
    int k,
    int maxTokens,
    boolean logits,
    int vocabularySize,
    boolean guided) {}
