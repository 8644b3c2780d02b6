package dev.panda.transformer.decoder;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;

/** Slices of {@link MatrixFormat#INT8}. */
final class Int8Slices implements MatrixSlice.Source {
  private final SliceMemory memory = new SliceMemory();
  private float[] values = new float[0];
  private byte[] numbers = new byte[0];

  @Override
  public MatrixSlice read(WeightMatrix matrix, int first, int rows, PtNDManager scope) {
    int columns = matrix.columns();
    int elements = rows * columns;
    if (values.length < elements) {
      values = new float[elements];
      numbers = new byte[elements];
    }
    float[] scales = new float[rows];
    matrix.read(first, rows, values);
    Rounding.toInt8(values, rows, columns, numbers, scales);
    memory.bytes(elements).put(numbers, 0, elements);
    PtNDArray array = memory.array(scope, DataType.INT8, rows, columns);
    return new MatrixSlice(array, (PtNDArray) scope.create(scales));
  }
}
