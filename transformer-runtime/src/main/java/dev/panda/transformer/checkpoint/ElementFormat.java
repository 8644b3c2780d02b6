package dev.panda.transformer.checkpoint;

import java.util.Optional;

/**
 * How a file stores a tensor's elements: in blocks of a fixed number of elements, which is one for
 * unquantised types.
 */
public interface ElementFormat {

  int elementsPerBlock();

  int bytesPerBlock();

  /**
   * Decodes consecutive blocks. Formats have no state, so many threads may decode at once.
   *
   * @param source little-endian
   * @param from index of the first block's first byte
   * @param target receives {@code blocks · elementsPerBlock()} values, the first at index {@code
   *     at}
   */
  void decode(byte[] source, int from, int blocks, float[] target, int at);

  /** The grid of the elements, if it has 16 steps for each {@link FourBitElements#GROUP}. */
  default Optional<FourBitGrid> grid() {
    return Optional.empty();
  }
}
