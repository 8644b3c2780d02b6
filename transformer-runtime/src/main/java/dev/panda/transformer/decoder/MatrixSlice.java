package dev.panda.transformer.decoder;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;

/**
 * Some rows of a matrix on their way to native code.
 *
 * @param numbers [rows × columns], float32 or float16; int8 for {@link MatrixFormat#INT8}; [rows ×
 *     columns / 2] {@link Int4Packing packed} for {@link MatrixFormat#INT4}
 * @param scales float32; [rows] for INT8; for INT4 a scale and a middle for each group, [groups ×
 *     rows × 2]; empty for other formats
 */
record MatrixSlice(PtNDArray numbers, PtNDArray scales) {

  /** Prepares rows of matrices for one format. It belongs to one thread. */
  interface Source {
    /**
     * Prepares some rows.
     *
     * @param scope for the slice, whose memory is used again by the next call
     */
    MatrixSlice read(WeightMatrix matrix, int first, int rows, PtNDManager scope);
  }
}
