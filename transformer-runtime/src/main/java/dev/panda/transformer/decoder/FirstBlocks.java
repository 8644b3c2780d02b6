package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import dev.panda.transformer.checkpoint.StoredElements;
import dev.panda.transformer.checkpoint.TensorInfo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A checkpoint's first blocks, with an embedding of few tokens and without a head: enough to
 * measure how fast the model runs.
 */
final class FirstBlocks implements Checkpoint {
  private static final int MOST_TOKENS = 256;

  private final Checkpoint whole;
  private final ModelConfig config;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

  /**
   * @param whole the caller closes it
   * @param weights how many weights the blocks have together, at least, unless the model has fewer
   */
  FirstBlocks(Checkpoint whole, long weights) {
    this.whole = whole;
    ModelConfig all = whole.config();
    int blocks = 1;
    while (blocks < all.numHiddenLayers() && weights(all, blocks) < weights) {
      blocks++;
    }
    this.config = all.beginning(blocks, Math.min(all.vocabSize(), MOST_TOKENS));
    ModelTensors.shapes(config)
        .forEach(
            (name, shape) ->
                tensors.put(name, new TensorInfo(name, whole.tensors().get(name).type(), shape)));
  }

  private static long weights(ModelConfig config, int blocks) {
    return ModelTensors.shapes(config, blocks).entrySet().stream()
        .filter(tensor -> !tensor.getKey().equals(ModelTensors.EMBEDDING))
        .mapToLong(
            tensor -> tensor.getValue().stream().mapToLong(n -> n).reduce(1, (a, b) -> a * b))
        .sum();
  }

  @Override
  public Path path() {
    return whole.path();
  }

  @Override
  public Path file(String tensor) {
    return whole.file(tensor);
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public float[] read(String name) {
    List<Integer> shape = tensors.get(name).shape();
    if (shape.size() < 2) {
      return whole.read(name);
    }
    float[] values = new float[shape.get(0) * shape.get(1)];
    whole.readRows(name, 0, shape.get(0), values, 0);
    return values;
  }

  @Override
  public void readRows(String name, int first, int rows, float[] target, int at) {
    whole.readRows(name, first, rows, target, at);
  }

  @Override
  public Optional<StoredElements> stored(String name) {
    return whole.stored(name);
  }

  @Override
  public void close() {} // the whole checkpoint stays open
}
