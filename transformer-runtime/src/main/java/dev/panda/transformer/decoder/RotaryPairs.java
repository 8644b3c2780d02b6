package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.ModelConfig;

/**
 * Converts between two orders of a head's rows. Checkpoints keep the rows of a rotary pair half of
 * the rotated dimensions R apart (0 … R/2 - 1, then R/2 … R - 1). The decoder keeps them side by
 * side, so that a rotation is one complex product. Rows from R on stay where they are.
 *
 * @param headDim dimensions of a head
 * @param rotated R, the number of dimensions that turn, even
 */
record RotaryPairs(int headDim, int rotated) {

  /** The pairs of one layer's queries and keys. */
  static RotaryPairs of(ModelConfig config, int layer) {
    return new RotaryPairs(config.headDim(), config.layers().get(layer).rotation().dimensions());
  }

  /** Moves pairs from far apart to side by side; {@code rows} is [heads × headDim × columns]. */
  float[] interleave(float[] rows, int columns) {
    return reorder(rows, columns, true);
  }

  /** The row that {@link #interleave} moves to a row. */
  int sourceRow(int row) {
    int place = row % headDim;
    if (place >= rotated) {
      return row;
    }
    return row - place + (place % 2 == 0 ? place / 2 : rotated / 2 + place / 2);
  }

  /** The inverse of {@link #interleave}. */
  float[] split(float[] rows, int columns) {
    return reorder(rows, columns, false);
  }

  private float[] reorder(float[] rows, int columns, boolean interleave) {
    float[] out = new float[rows.length];
    for (int row = 0; row < rows.length / columns; row++) {
      int paired = row / headDim * headDim + paired(row % headDim);
      int source = interleave ? row : paired;
      int target = interleave ? paired : row;
      System.arraycopy(rows, source * columns, out, target * columns, columns);
    }
    return out;
  }

  /** The place side by side of a head's row. */
  private int paired(int row) {
    int half = rotated / 2;
    if (row >= rotated) {
      return row;
    }
    return row < half ? 2 * row : 2 * (row - half) + 1;
  }
}
