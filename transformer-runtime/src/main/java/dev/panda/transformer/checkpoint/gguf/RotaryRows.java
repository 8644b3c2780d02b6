package dev.panda.transformer.checkpoint.gguf;

/**
 * Reorders query and key rows. llama.cpp rotates neighbouring rows of a head, so its files place
 * row i of a head's first half beside row i of the second half. Half-split rotary embedding expects
 * one half after the other.
 */
final class RotaryRows {
  private RotaryRows() {}

  /**
   * Moves rows from neighbouring pairs to halves.
   *
   * @param values [heads · D, columns], row-major
   */
  static float[] toHalves(float[] values, int heads, int headDim) {
    float[] ordered = new float[values.length];
    int columns = values.length / heads / headDim;
    for (int head = 0; head < heads; head++) {
      for (int row = 0; row < headDim; row++) {
        int pair = row % (headDim / 2);
        int half = row / (headDim / 2);
        int from = (head * headDim + 2 * pair + half) * columns;
        System.arraycopy(values, from, ordered, (head * headDim + row) * columns, columns);
      }
    }
    return ordered;
  }
}
