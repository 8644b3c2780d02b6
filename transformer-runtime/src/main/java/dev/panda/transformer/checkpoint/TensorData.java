package dev.panda.transformer.checkpoint;

import java.util.List;

/**
 * A tensor to be written.
 *
 * @param type how its elements are stored
 * @param shape its dimensions, outermost first
 * @param values its elements, row-major
 */
public record TensorData(ScalarType type, List<Integer> shape, float[] values) {

  public TensorData {
    shape = List.copyOf(shape);
    long size = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    if (size != values.length) {
      throw new IllegalArgumentException(
          "values: " + values.length + " (expected: " + size + ", of shape " + shape + ")");
    }
  }
}
