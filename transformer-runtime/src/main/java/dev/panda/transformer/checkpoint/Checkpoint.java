package dev.panda.transformer.checkpoint;

import java.nio.file.Path;
import java.util.Map;

/**
 * A model on disk, whatever its format: its configuration and its tensors under the names Hugging
 * Face gives them ({@code model.layers.0.self_attn.q_proj.weight}), with query and key rows in the
 * order that half-split rotary embedding wants.
 */
public interface Checkpoint extends AutoCloseable {

  /** The folder or file it is read from. */
  Path path();

  /** The file that holds a tensor: one of several where the model is sharded. */
  default Path file(String tensor) {
    return path();
  }

  /** The model's shapes and constants, as its own files state them. */
  ModelConfig config();

  /** The tensors it holds, by name, in file order. */
  Map<String, TensorInfo> tensors();

  /**
   * Reads one tensor as float32, dequantised where it is quantised, row-major.
   *
   * @throws CheckpointException if there is no such tensor, or the file does not hold it whole
   */
  float[] read(String name);

  @Override
  void close();
}
