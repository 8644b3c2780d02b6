package dev.panda.transformer.checkpoint;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A checkpoint whose file has queries, keys and values in one matrix, and gate and up in another
 * (Phi-3). This view shows their rows as matrices of their own, under the usual names.
 */
public final class SplitMatrices implements Checkpoint {
  private final Checkpoint fused;
  private final Map<String, Rows> rows = new HashMap<>();
  private final Map<String, TensorInfo> tensors;

  /** The rows of a matrix in the file. */
  private record Rows(String matrix, int first, int count) {}

  private SplitMatrices(Checkpoint fused) {
    this.fused = fused;
    Map<String, TensorInfo> shown = new LinkedHashMap<>(fused.tensors());
    ModelConfig config = fused.config();
    int keys = config.numKeyValueHeads() * config.headDim();
    for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
      String prefix = ModelTensors.layerPrefix(layer);
      Map<String, Integer> inputs = new LinkedHashMap<>();
      inputs.put("q_proj", config.numAttentionHeads() * config.headDim());
      inputs.put("k_proj", keys);
      inputs.put("v_proj", keys);
      split(prefix + "self_attn.", "qkv_proj", inputs, shown);
      Map<String, Integer> feedForward = new LinkedHashMap<>();
      feedForward.put("gate_proj", config.intermediateSize());
      feedForward.put("up_proj", config.intermediateSize());
      split(prefix + "mlp.", "gate_up_proj", feedForward, shown);
    }
    this.tensors = Collections.unmodifiableMap(shown);
  }

  /**
   * Splits the matrices of families that have them in one; the result owns the checkpoint.
   *
   * @throws CheckpointException if a matrix does not have the rows that the configuration implies
   */
  public static Checkpoint of(Checkpoint checkpoint) {
    return Family.of(checkpoint.config().architecture()) == Family.PHI3
        ? new SplitMatrices(checkpoint)
        : checkpoint;
  }

  private void split(
      String prefix, String whole, Map<String, Integer> parts, Map<String, TensorInfo> shown) {
    String matrix = prefix + whole + ".weight";
    TensorInfo tensor = shown.remove(matrix);
    if (tensor == null) {
      return; // the check of the model's tensors names what is missing
    }
    int columns = fused.config().hiddenSize();
    int count = parts.values().stream().mapToInt(Integer::intValue).sum();
    if (!tensor.shape().equals(List.of(count, columns))) {
      throw new CheckpointException(
          "%s: tensor %s: shape %s (expected: [%d, %d])"
              .formatted(fused.file(matrix), matrix, tensor.shape(), count, columns));
    }
    int first = 0;
    for (Map.Entry<String, Integer> part : parts.entrySet()) {
      String name = prefix + part.getKey() + ".weight";
      rows.put(name, new Rows(matrix, first, part.getValue()));
      shown.put(name, new TensorInfo(name, tensor.type(), List.of(part.getValue(), columns)));
      first += part.getValue();
    }
  }

  @Override
  public Path path() {
    return fused.path();
  }

  @Override
  public Path file(String tensor) {
    return fused.file(rows.containsKey(tensor) ? rows.get(tensor).matrix() : tensor);
  }

  @Override
  public ModelConfig config() {
    return fused.config();
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public ElementFormat format(String tensor) {
    return fused.format(rows.containsKey(tensor) ? rows.get(tensor).matrix() : tensor);
  }

  @Override
  public float[] read(String name) {
    Rows part = rows.get(name);
    if (part == null) {
      return fused.read(name);
    }
    int columns = config().hiddenSize();
    return Arrays.copyOfRange(
        fused.read(part.matrix()), part.first() * columns, (part.first() + part.count()) * columns);
  }

  @Override
  public void readRows(String name, int first, int count, float[] target, int at) {
    Rows part = rows.getOrDefault(name, new Rows(name, 0, count));
    fused.readRows(part.matrix(), part.first() + first, count, target, at);
  }

  @Override
  public void close() {
    fused.close();
  }
}
