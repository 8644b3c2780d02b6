package dev.panda.transformer.decoder;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import dev.panda.transformer.checkpoint.FourBitElements;

/**
 * Slices of {@link MatrixFormat#INT4}. Numbers that a file holds on such a grid stay as they are.
 */
final class Int4Slices implements MatrixSlice.Source {
  private final Int4Packing packing;
  private final SliceMemory memory = new SliceMemory();
  private float[] values = new float[0];
  private FourBitElements elements = FourBitElements.room(0);
  private byte[] packed = new byte[0];

  Int4Slices(Int4Packing packing) {
    this.packing = packing;
  }

  @Override
  public MatrixSlice read(WeightMatrix matrix, int first, int rows, PtNDManager scope) {
    int columns = matrix.columns();
    int count = rows * columns;
    if (packed.length < count / 2) {
      elements = FourBitElements.room(count);
      packed = new byte[count / 2];
    }
    if (matrix.isOnFourBitGrid()) {
      matrix.read(first, rows, elements);
    } else {
      values = values.length < count ? new float[count] : values;
      matrix.read(first, rows, values);
      Rounding.toInt4(values, count / FourBitElements.GROUP, elements);
    }
    packing.pack(elements.numbers(), rows, columns, packed);
    memory.bytes(count / 2).put(packed, 0, count / 2);
    PtNDArray numbers = memory.array(scope, DataType.UINT8, rows, columns / 2);
    int groups = columns / FourBitElements.GROUP;
    Shape shape = new Shape(groups, rows, 2);
    return new MatrixSlice(numbers, (PtNDArray) scope.create(grids(rows, groups), shape));
  }

  /** The scales and middles, group by group. */
  private float[] grids(int rows, int groups) {
    float[] grids = new float[2 * rows * groups];
    for (int row = 0; row < rows; row++) {
      for (int group = 0; group < groups; group++) {
        int to = 2 * (group * rows + row);
        grids[to] = elements.scales()[row * groups + group];
        grids[to + 1] = elements.middles()[row * groups + group];
      }
    }
    return grids;
  }
}
