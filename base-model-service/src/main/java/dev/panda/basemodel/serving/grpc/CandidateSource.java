package dev.panda.basemodel.serving.grpc;

import dev.panda.transformer.engine.AdvanceResult;
import dev.panda.transformer.engine.Continuation;
import dev.panda.transformer.engine.SequenceRoom;
import java.util.concurrent.CompletableFuture;

/** One open sequence of the model. Closing it frees at once what it holds. */
interface CandidateSource extends AutoCloseable {

  /**
   * Appends tokens, the whole prompt at first, and computes the likeliest tokens after them.
   *
   * @return always with next tokens
   */
  CompletableFuture<AdvanceResult> next(Continuation to);

  /**
   * Reads further next tokens of a step.
   *
   * @param drafted number of the draft's tokens that the step is behind
   * @param candidates number of first next tokens that are to be read in all
   * @return read-outs of the further ones [further × projection]
   */
  CompletableFuture<float[][]> read(int drafted, int candidates);

  /**
   * Computes the steps after tokens of which one may be accepted next.
   *
   * @param kept number of first tokens of the last draft that are accepted before
   * @param k number of candidates
   */
  CompletableFuture<AdvanceResult> foresee(int kept, int[] tokens, int k);

  @Override
  void close();

  /** Opens sequences. */
  interface Opener {

    /**
     * Waits for room. Cancelling the future ends the wait.
     *
     * @param room what the sequence needs; nobody needs the read-outs of its prompt but the last
     */
    CompletableFuture<CandidateSource> open(SequenceRoom room);
  }
}
