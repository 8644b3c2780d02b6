package dev.panda.transformer.checkpoint.gguf;

/**
 * The order of query and key rows. llama.cpp rotates neighbouring rows of a head, so its files have
 * row i of a head's first half and of its second half side by side; half-split rotary embedding
 * wants the halves one after the other.
 */
final class RotaryRows {
  private RotaryRows() {}

  /**
   * Puts rows from neighbouring pairs to halves.
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
