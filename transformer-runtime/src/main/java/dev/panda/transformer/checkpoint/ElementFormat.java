package dev.panda.transformer.checkpoint;

import java.nio.ByteBuffer;

/**
 * How a file stores a tensor's elements: in blocks of a fixed number of elements, which is one for
 * unquantised types.
 */
public interface ElementFormat {

  int elementsPerBlock();

  int bytesPerBlock();

  /**
   * Decodes blocks, beginning at the source's position.
   *
   * @param source little-endian
   * @param target receives {@code blocks · elementsPerBlock()} values, the first at index {@code
   *     at}
   */
  void decode(ByteBuffer source, int blocks, float[] target, int at);
}
