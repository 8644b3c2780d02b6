package dev.panda.transformer.decoder;

import ai.djl.pytorch.engine.PtNDArray;

/**
 * Keys and values of one sequence's tokens, [L, 2, G, S, D]. The caller closes it.
 *
 * <pre>
 *   0 … length - 1   length … length + candidates - 1      … room - 1
 *   accepted         candidates of the last step            free
 * </pre>
 */
public final class KvCache implements AutoCloseable {
  private final PtNDArray tensor;
  private final int room;

  KvCache(PtNDArray tensor, int room) {
    this.tensor = tensor;
    this.room = room;
  }

  PtNDArray tensor() {
    return tensor;
  }

  /** Number of tokens that fit, candidates included. */
  public int room() {
    return room;
  }

  @Override
  public void close() {
    tensor.close();
  }
}
