package dev.panda.transformer.checkpoint;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A model on disk, in any supported format: its configuration and its tensors under their Hugging
 * Face names ({@code model.layers.0.self_attn.q_proj.weight}). The rows of query and key
 * projections are in the order that half-split rotary embedding expects.
 */
public interface Checkpoint extends AutoCloseable {

  /** The folder or file of the checkpoint. */
  Path path();

  /** The file that holds a tensor; a sharded model has several files. */
  default Path file(String tensor) {
    return path();
  }

  /** The model's shapes and constants, as its own files state them. */
  ModelConfig config();

  /** The checkpoint's tensors by name, in file order. */
  Map<String, TensorInfo> tensors();

  /**
   * How a tensor's elements are stored; without a file, as float32.
   *
   * @throws CheckpointException if the file stores them in a way that cannot be read
   */
  default ElementFormat format(String tensor) {
    return ScalarType.F32;
  }

  /**
   * Reads one tensor as float32, row-major; quantised tensors are dequantised.
   *
   * @throws CheckpointException if there is no such tensor, or the file does not hold all of it
   */
  float[] read(String name);

  /**
   * Reads some rows of a tensor as {@link #read} does, a row for each index of its first dimension,
   * and no others: rows may be asked for one at a time. Many threads may read at once.
   *
   * @param first index of the first row
   * @param rows number of rows
   * @param target receives the rows, the first at index {@code at}
   * @throws CheckpointException if there is no such tensor, or the file does not hold all of it
   */
  void readRows(String name, int first, int rows, float[] target, int at);

  /**
   * The elements of a tensor as a file stores them, row after row. Empty if {@link #read} does more
   * than convert them: if it merges an adapter or reads the rows in another order.
   *
   * @throws CheckpointException if there is no such tensor
   */
  default Optional<StoredElements> stored(String name) {
    return Optional.empty();
  }

  @Override
  void close();
}
