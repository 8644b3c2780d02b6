package dev.panda.basemodel.serving.grpc;

import dev.panda.transformer.decoder.NextTokens;
import java.util.concurrent.CompletableFuture;

/** One open sequence of the model. Closing it frees at once what it holds. */
interface CandidateSource extends AutoCloseable {

  /**
   * Appends tokens and computes the likeliest tokens after them.
   *
   * @param accepted token ids, the whole prompt at first
   * @param k number of candidates
   */
  CompletableFuture<NextTokens> next(int[] accepted, int k);

  @Override
  void close();

  /** Opens sequences. */
  interface Opener {

    /**
     * Waits for room. Cancelling the future ends the wait.
     *
     * @param maxTokens longest length, prompt and response together
     */
    CompletableFuture<CandidateSource> open(int maxTokens);
  }
}
