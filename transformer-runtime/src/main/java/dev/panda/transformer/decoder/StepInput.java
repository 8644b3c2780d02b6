package dev.panda.transformer.decoder;

/**
 * One sequence's input to a step.
 *
 * @param cache the sequence's cache
 * @param past number of tokens in the cache before the step
 * @param accepted token ids to append
 * @param candidates token ids that may follow the accepted ones; each is evaluated independently
 * @param wantsNext whether to return the likeliest tokens after the last accepted one
 */
public record StepInput(
    KvCache cache, int past, int[] accepted, int[] candidates, boolean wantsNext) {

  /** Number of rows in the step. */
  public int rows() {
    return accepted.length + candidates.length;
  }
}
