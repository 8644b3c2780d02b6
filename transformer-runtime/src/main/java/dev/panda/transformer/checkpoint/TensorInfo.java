package dev.panda.transformer.checkpoint;

import java.util.List;

/**
 * A checkpoint's description of one tensor.
 *
 * @param name its Hugging Face name
 * @param type its element type as the file names it, such as {@code BF16} or {@code Q4_1}
 * @param shape its dimensions, outermost first
 */
public record TensorInfo(String name, String type, List<Integer> shape) {

  /** Number of elements. */
  public long size() {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  /** Number of elements of one row: of all dimensions but the first. */
  public int columns() {
    return shape.stream().skip(1).reduce(1, Math::multiplyExact);
  }
}
