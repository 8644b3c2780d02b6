package dev.panda.basemodel.serving.grpc;

import java.util.Optional;

/**
 * A sequence to open, within all bounds.
 *
 * @param prompt token ids, at least one
 * @param accepted token ids of the response so far
 * @param k candidates a step
 * @param maxTokens longest response, including {@code accepted}
 * @param logits whether answers carry logits
 * @param acknowledge whether the client asks for word of the reservation before the prompt is
 *     computed
 * @param guidance whose rewards the answers carry
 * @param within of the first step, as for {@link dev.panda.transformer.engine.Guidance}
 * @param maxDraft longest draft that the client may send
 * @param draftRoom how much of a draft has room in the cache
 * @param maxForeseen largest number of foreseen tokens; 0 with guidance
 */
record ValidOpen(
    int[] prompt,
    int[] accepted,
    int k,
    int maxTokens,
    boolean logits,
    boolean acknowledge,
    Optional<ValidGuidance> guidance,
    double within,
    int maxDraft,
    int draftRoom,
    int maxForeseen) {

  /** Number of tokens that the sequence may grow to. */
  int sequenceTokens() {
    return prompt.length + maxTokens;
  }

  /** Number of first tokens whose read-outs, but for the last one's, nobody needs. */
  int tokensBeforeReadOuts() {
    return prompt.length + (guidance.isPresent() ? 0 : accepted.length);
  }
}
