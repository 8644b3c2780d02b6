package dev.panda.transformer.checkpoint;

import java.nio.ByteBuffer;

/**
 * How a file stores the elements of a tensor: in blocks of a fixed number, one where unquantised.
 */
public interface ElementFormat {

  int elementsPerBlock();

  int bytesPerBlock();

  /**
   * Decodes blocks from the source's position on.
   *
   * @param source little-endian
   * @param target gets {@code blocks · elementsPerBlock()} values from index {@code at} on
   */
  void decode(ByteBuffer source, int blocks, float[] target, int at);
}
