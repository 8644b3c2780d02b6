package dev.panda.transformer.decoder;

import ai.djl.pytorch.engine.PtNDManager;
import java.util.Optional;

/**
 * Passes matrices of a checkpoint to native code, some rows at a time, so that a matrix of any size
 * needs little memory of Java's. It belongs to one thread.
 */
final class MatrixLoader {
  /** Small enough for a core's cache. */
  private static final int SLICE_ELEMENTS = 1 << 18;

  /** Native formats pack this many rows together. */
  private static final int ROWS_TOGETHER = 64;

  private final DecoderModule module;
  private final DenseSlices dense = new DenseSlices();
  private final Int8Slices int8 = new Int8Slices();
  private final Optional<Int4Slices> int4;

  /**
   * @param packing how int4 is packed, if matrices will have that format
   */
  MatrixLoader(DecoderModule module, Optional<Int4Packing> packing) {
    this.module = module;
    this.int4 = packing.map(Int4Slices::new);
  }

  /** Takes some rows of a matrix. */
  interface Rows {
    /**
     * Takes the next rows.
     *
     * @param first index of the first row
     * @return whether all numbers are usable
     */
    boolean take(int first, MatrixSlice slice);
  }

  /**
   * Passes a matrix on, from the first row to the last.
   *
   * @throws dev.panda.transformer.checkpoint.CheckpointException if it cannot be read or has
   *     numbers that are not usable
   */
  void load(WeightMatrix matrix, MatrixFormat format, Rows target) {
    MatrixSlice.Source source =
        switch (format) {
          case DENSE, PACKED_FLOAT16 -> dense;
          case INT8 -> int8;
          case INT4 -> int4.orElseThrow();
        };
    int rows = matrix.rows();
    int most = Math.max(SLICE_ELEMENTS / matrix.columns() / ROWS_TOGETHER, 1) * ROWS_TOGETHER;
    for (int first = 0; first < rows; first += most) {
      int count = Math.min(most, rows - first);
      try (PtNDManager scope = module.scope()) {
        if (!target.take(first, source.read(matrix, first, count, scope))) {
          throw matrix.notFinite();
        }
      }
    }
  }
}
