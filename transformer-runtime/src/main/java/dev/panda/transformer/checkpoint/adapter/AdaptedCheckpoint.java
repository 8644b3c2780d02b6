package dev.panda.transformer.checkpoint.adapter;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.ElementFormat;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.TensorInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A checkpoint that merges an adapter into its matrices when they are read. */
public final class AdaptedCheckpoint implements Checkpoint {
  private final Checkpoint base;
  private final LowRankAdapter adapter;

  /**
   * @param base checkpoint to read from; the caller closes it
   * @param source the adapter's file or folder, for error messages
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
  public ElementFormat format(String tensor) {
    return base.format(tensor);
  }

  @Override
  public float[] read(String name) {
    float[] values = base.read(name);
    addFactors(name, 0, tensors().get(name).shape().get(0), values, 0);
    return values;
  }

  @Override
  public void readRows(String name, int first, int rows, float[] target, int at) {
    base.readRows(name, first, rows, target, at);
    addFactors(name, first, rows, target, at);
  }

  private void addFactors(String name, int first, int rows, float[] target, int at) {
    LowRankFactors factors = adapter.factors().get(name);
    if (factors != null) {
      factors.addTo(first, rows, target, at, adapter.scale());
    }
  }

  @Override
  public void close() {} // nothing to close
}
