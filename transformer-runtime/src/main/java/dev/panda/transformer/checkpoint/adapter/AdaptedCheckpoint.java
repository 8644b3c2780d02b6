package dev.panda.transformer.checkpoint.adapter;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.TensorInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A checkpoint with an adapter merged into the matrices that have one, as they are read. */
public final class AdaptedCheckpoint implements Checkpoint {
  private final Checkpoint base;
  private final LowRankAdapter adapter;

  /**
   * @param base read from; stays the caller's to close
   * @param source where the adapter is from, for the message of an error
   * @throws CheckpointException if the adapter does not fit the checkpoint's matrices
   */
  public AdaptedCheckpoint(Checkpoint base, LowRankAdapter adapter, Path source) {
    adapter
        .factors()
        .forEach(
            (name, factors) -> {
              TensorInfo tensor = base.tensors().get(name);
              List<Integer> shape = List.of(factors.outputs(), factors.inputs());
              if (tensor == null || !tensor.shape().equals(shape)) {
                throw new CheckpointException(
                    "%s: adapter of %s: for shape %s (expected: %s, as in %s)"
                        .formatted(
                            source,
                            name,
                            shape,
                            tensor == null ? "none" : tensor.shape(),
                            base.path()));
              }
            });
    this.base = base;
    this.adapter = adapter;
  }

  @Override
  public Path path() {
    return base.path();
  }

  @Override
  public Path file(String tensor) {
    return base.file(tensor);
  }

  @Override
  public ModelConfig config() {
    return base.config();
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return base.tensors();
  }

  @Override
  public float[] read(String name) {
    float[] values = base.read(name);
    LowRankFactors factors = adapter.factors().get(name);
    if (factors != null) {
      factors.addTo(values, adapter.scale());
    }
    return values;
  }

  @Override
  public void close() {} // it holds nothing open
}
