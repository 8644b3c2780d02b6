package dev.panda.transformer.decoder;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Passes matrices of a checkpoint to native code, some rows at a time, so that a matrix of any size
 * needs little memory of Java's. It belongs to one thread.
 */
final class MatrixLoader {
  /** Small enough for a core's cache. */
  private static final int SLICE_ELEMENTS = 1 << 19;

  /** Native formats pack this many rows together. */
  private static final int ROWS_TOGETHER = 64;

  private final DecoderModule module;
  private float[] values = new float[0];
  private ByteBuffer direct = ByteBuffer.allocateDirect(0);

  MatrixLoader(DecoderModule module) {
    this.module = module;
  }

  /** Takes some rows of a matrix. */
  interface Rows {
    /**
     * Takes the next rows.
     *
     * @param first index of the first row
     * @param slice float32 [rows × columns]; its memory is used again after the call
     * @return whether all numbers are usable
     */
    boolean take(int first, PtNDArray slice);
  }

  /**
   * Passes a matrix on, from the first row to the last.
   *
   * @throws dev.panda.transformer.checkpoint.CheckpointException if it cannot be read or has
   *     numbers that are not usable
   */
  void load(WeightMatrix matrix, Rows target) {
    int columns = matrix.columns();
    int rows = matrix.rows();
    int most = Math.max(SLICE_ELEMENTS / columns / ROWS_TOGETHER, 1) * ROWS_TOGETHER;
    reserve(Math.multiplyExact(Math.min(most, rows), columns));
    for (int first = 0; first < rows; first += most) {
      int count = Math.min(most, rows - first);
      matrix.read(first, count, values);
      direct.asFloatBuffer().put(values, 0, count * columns);
      try (PtNDManager scope = module.scope()) {
        if (!target.take(first, slice(scope, count, columns))) {
          throw matrix.notFinite();
        }
      }
    }
  }

  private void reserve(int elements) {
    if (values.length < elements) {
      values = new float[elements];
      direct = ByteBuffer.allocateDirect(elements * Float.BYTES).order(ByteOrder.nativeOrder());
    }
  }

  private PtNDArray slice(PtNDManager scope, int rows, int columns) {
    ByteBuffer bytes = direct.duplicate().limit(rows * columns * Float.BYTES);
    return scope.create(bytes, new Shape(rows, columns), DataType.FLOAT32);
  }
}
