package dev.panda.transformer.decoder;

/**
 * Converts between two orders of a head's rows. Checkpoints keep the rows of a rotary pair half a
 * head apart (0 … D/2 - 1, then D/2 … D - 1). The decoder keeps them side by side, so that a
 * rotation is one complex product.
 */
final class RotaryPairs {
  private RotaryPairs() {}

  /**
   * Moves pairs from half a head apart to side by side; {@code rows} is [heads × headDim ×
   * columns].
   */
  static float[] interleave(float[] rows, int headDim, int columns) {
    return reorder(rows, headDim, columns, true);
  }

  /** The row that {@link #interleave} moves to a place. */
  static int source(int row, int headDim) {
    int i = row % headDim;
    return row - i + (i % 2 == 0 ? i / 2 : headDim / 2 + i / 2);
  }

  /** The inverse of {@link #interleave}. */
  static float[] split(float[] rows, int headDim, int columns) {
    return reorder(rows, headDim, columns, false);
  }

  private static float[] reorder(float[] rows, int headDim, int columns, boolean interleave) {
    float[] out = new float[rows.length];
    int half = headDim / 2;
    for (int row = 0; row < rows.length / columns; row++) {
      int head = row / headDim * headDim;
      int i = row % headDim;
      int paired = head + (i < half ? 2 * i : 2 * (i - half) + 1);
      int source = interleave ? row : paired;
      int target = interleave ? paired : row;
      System.arraycopy(rows, source * columns, out, target * columns, columns);
    }
    return out;
  }
}
