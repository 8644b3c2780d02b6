package dev.panda.reward.serving.grpc;

import dev.panda.transformer.engine.AdvanceResult;
import dev.panda.transformer.engine.SequenceRoom;
import java.util.concurrent.CompletableFuture;

/** One open sequence of the backbone. Closing it frees at once what it holds. */
interface ReadoutSource extends AutoCloseable {

  /**
   * Appends tokens, and reads out these and the candidates for the next token.
   *
   * @param accepted token ids, the whole prompt at first
   * @param candidates token ids, all different
   */
  CompletableFuture<AdvanceResult> advance(int[] accepted, int[] candidates);

  @Override
  void close();

  /** Opens sequences. */
  interface Opener {

    /**
     * Waits for room. Cancelling the future ends the wait.
     *
     * @param room what the sequence needs; the read-outs of sharable tokens are empty
     */
    CompletableFuture<ReadoutSource> open(SequenceRoom room);
  }
}
