package dev.panda.transformer.decoder;

/**
 * Pools the hidden states of a whole sequence, a few blocks at a time, so that others need not wait
 * for all of it. The caller closes it.
 */
public interface Pooling extends AutoCloseable {

  /**
   * Computes more blocks.
   *
   * @param blocks how many, at least 1
   * @return whether the pooling is finished
   */
  boolean advance(int blocks);

  /**
   * The result, once the pooling is finished.
   *
   * @return [ends × layers × (last, mean) × hidden size], row-major
   */
  float[] pooled();

  @Override
  void close();

  /** Computes all blocks that are left. */
  default float[] finish() {
    boolean unused = advance(Integer.MAX_VALUE);
    return pooled();
  }
}
