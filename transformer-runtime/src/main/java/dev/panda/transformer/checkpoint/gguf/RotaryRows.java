package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.StoredElements;

/**
 * Reads query and key rows in another order. llama.cpp rotates neighbouring rows of a head, so its
 * files place row i of a head's first half beside row i of the second half. Half-split rotary
 * embedding expects one half after the other.
 *
 * @param elements [heads · D, columns], row-major
 */
record RotaryRows(StoredElements elements, int headDim, int columns) {

  /**
   * Reads some rows in the order of halves.
   *
   * @param target receives the rows, the first at index {@code at}
   */
  void readHalves(int first, int rows, float[] target, int at) {
    for (int row = first; row < first + rows; row++) {
      int head = row / headDim;
      int pair = row % headDim % (headDim / 2);
      int half = row % headDim / (headDim / 2);
      long source = (long) head * headDim + 2L * pair + half;
      elements.read(source * columns, columns, target, at + (row - first) * columns);
    }
  }
}
