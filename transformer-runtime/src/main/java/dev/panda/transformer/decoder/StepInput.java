package dev.panda.transformer.decoder;

/**
 * One sequence's input to a step.
 *
 * @param cache the sequence's cache
 * @param past number of tokens in the cache before the step
 * @param accepted token ids to append
 * @param candidates token ids that may follow the accepted ones; each is evaluated independently
 * @param wantsNext whether to return the likeliest tokens after the last accepted one
 * @param ahead number of candidates for the same place that the cache keeps before these
 * @param resumes whether {@link ForwardPasses#peek} has read the only accepted token, whose place
 *     is {@code past}; the step goes on from its state
 */
public record StepInput(
    KvCache cache,
    int past,
    int[] accepted,
    int[] candidates,
    int ahead,
    boolean wantsNext,
    boolean resumes) {

  /** New tokens that nothing has read yet. */
  public StepInput(KvCache cache, int past, int[] accepted, int[] candidates, boolean wantsNext) {
    this(cache, past, accepted, candidates, 0, wantsNext, false);
  }

  /** Number of rows in the step. */
  public int rows() {
    return accepted.length + candidates.length;
  }
}
