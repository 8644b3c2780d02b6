package dev.panda.basemodel.serving.grpc;

import dev.panda.transformer.engine.AdvanceResult;
import dev.panda.transformer.engine.Guidance;
import dev.panda.transformer.engine.SequenceRoom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One open sequence of the model. Closing it frees at once what it holds. */
interface CandidateSource extends AutoCloseable {

  /**
   * Appends tokens and computes the likeliest tokens after them.
   *
   * @param accepted token ids, the whole prompt at first
   * @param k number of candidates
   * @param guidance which of them are read for their rewards; empty for none
   * @return always with next tokens
   */
  CompletableFuture<AdvanceResult> next(int[] accepted, int k, Optional<Guidance> guidance);

  /**
   * Reads further next tokens of the last step.
   *
   * @param candidates number of first next tokens that are to be read in all
   * @return read-outs of the further ones [further × projection]
   */
  CompletableFuture<float[][]> read(int candidates);

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
