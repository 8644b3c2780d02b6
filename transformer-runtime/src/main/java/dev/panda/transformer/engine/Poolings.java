package dev.panda.transformer.engine;

import dev.panda.transformer.decoder.ForwardPasses;
import dev.panda.transformer.decoder.Pooling;
import java.util.ArrayDeque;

/** The poolings that wait. The first of them is computed, some blocks in each round. */
final class Poolings {
  private final ForwardPasses decoder;
  private final ArrayDeque<Command.Pool> waiting = new ArrayDeque<>();
  private Pooling begun;

  Poolings(ForwardPasses decoder) {
    this.decoder = decoder;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  void add(Command.Pool pool) {
    waiting.add(pool);
  }

  void remove(Command.Pool pool) {
    if (pool.equals(waiting.peek())) {
      dropFirst();
    } else {
      waiting.remove(pool);
    }
  }

  private void dropFirst() {
    waiting.remove();
    if (begun != null) {
      begun.close();
      begun = null;
    }
  }

  /**
   * Computes a part of the first pooling.
   *
   * @param tokens number of tokens whose way up all blocks would cost as much
   */
  void round(int tokens) {
    Command.Pool pool = waiting.peek();
    if (pool == null) {
      return;
    }
    try {
      if (begun == null) {
        begun = decoder.pool(pool.tokens(), pool.start(), pool.ends(), pool.layers());
      }
      if (begun.advance(blocks(tokens, pool))) {
        float[] pooled = begun.pooled();
        dropFirst();
        pool.pooled().complete(pooled);
      }
    } catch (IllegalArgumentException e) {
      dropFirst();
      pool.refuse(e);
    }
  }

  private int blocks(int tokens, Command.Pool pool) {
    long blockRows = (long) tokens * decoder.config().numHiddenLayers();
    return (int) Math.max(1, blockRows / Math.max(1, pool.tokens().length));
  }

  void close(RuntimeException reason) {
    waiting.forEach(pool -> pool.refuse(reason));
    if (!waiting.isEmpty()) {
      dropFirst();
    }
    waiting.clear();
  }
}
