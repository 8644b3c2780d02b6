package dev.panda.basemodel.serving.grpc;

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
 */
record ValidOpen(
    int[] prompt, int[] accepted, int k, int maxTokens, boolean logits, boolean acknowledge) {

  /** Number of tokens that the sequence may grow to. */
  int sequenceTokens() {
    return prompt.length + maxTokens;
  }
}
