package dev.panda.transformer.engine;

/**
 * What a sequence needs of the cache.
 *
 * @param maxTokens largest length, prompt and response together, 1 to the context length
 * @param maxCandidates largest number of candidates at a time, those behind a draft included; not
 *     negative
 * @param sharable number of first tokens, all of the first advance, whose read-outs nobody needs:
 *     the engine may take their keys and values from another sequence that begins like this one
 */
public record SequenceRoom(int maxTokens, int maxCandidates, int sharable) {
  public SequenceRoom {
    if (sharable < 0) {
      throw new IllegalArgumentException("sharable: " + sharable + " (expected: >= 0)");
    }
  }

  /** Room for a sequence that shares nothing. */
  public SequenceRoom(int maxTokens, int maxCandidates) {
    this(maxTokens, maxCandidates, 0);
  }

  /** Number of places in the cache. */
  int places() {
    return maxTokens + maxCandidates;
  }
}
