package dev.panda.transformer.decoder;

/**
 * One sequence's part of a step.
 *
 * @param cache its cache
 * @param past number of tokens that the cache holds before the step
 * @param accepted token ids to append
 * @param candidates token ids that follow the accepted ones, each beside the others
 * @param wantsNext whether the likeliest tokens after the last accepted one are wanted
 */
public record StepInput(
    KvCache cache, int past, int[] accepted, int[] candidates, boolean wantsNext) {

  /** Number of rows it adds to the step. */
  public int rows() {
    return accepted.length + candidates.length;
  }
}
