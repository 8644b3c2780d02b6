package dev.panda.reward.training;

import dev.panda.reward.head.RewardHead;
import java.util.concurrent.CompletableFuture;

/** A frozen decoder, as training sees it. The caller closes it. */
interface Backbone extends AutoCloseable {

  /** Number of dimensions D of a hidden state. */
  int hiddenSize();

  /**
   * Hidden states of a sequence, pooled over the tokens from start to each end.
   *
   * @param layers blocks to read after, from 1
   * @return [ends × layers × (last, mean) × D]
   */
  CompletableFuture<float[]> pool(int[] tokens, int start, int[] ends, int[] layers);

  /** Reads terms of single tokens; the caller closes it. */
  Terms terms(int layer, RewardHead head);

  @Override
  void close();

  /** The terms w · h + b of a sequence's tokens. */
  interface Terms extends AutoCloseable {

    /** Terms of the tokens from start on [tokens.length − start], unclipped. */
    double[] of(int[] tokens, int start);

    @Override
    void close();
  }
}
