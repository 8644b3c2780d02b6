package dev.panda.transformer.decoder;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import dev.panda.transformer.checkpoint.ScalarType;
import java.util.Optional;

/**
 * Slices of floating-point numbers: in float16 if the file stores them so, else in float32. DJL
 * cannot pass bfloat16.
 */
final class DenseSlices implements MatrixSlice.Source {
  private final SliceMemory memory = new SliceMemory();
  private float[] values = new float[0];

  @Override
  public MatrixSlice read(WeightMatrix matrix, int first, int rows, PtNDManager scope) {
    boolean stored = matrix.storedFormat().equals(Optional.of(ScalarType.F16));
    DataType type = stored ? DataType.FLOAT16 : DataType.FLOAT32;
    int count = rows * matrix.columns();
    if (stored) {
      matrix.read(first, rows, memory.bytes(count * Short.BYTES));
    } else {
      values = values.length < count ? new float[count] : values;
      matrix.read(first, rows, values);
      memory.bytes(count * Float.BYTES).asFloatBuffer().put(values, 0, count);
    }
    PtNDArray none = (PtNDArray) scope.create(new float[0]);
    return new MatrixSlice(memory.array(scope, type, rows, matrix.columns()), none);
  }
}
