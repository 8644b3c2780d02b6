package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import dev.panda.transformer.checkpoint.TensorInfo;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The weights that training from scratch begins with: norms are 1, biases are 0, all other weights
 * are normally distributed. The standard deviation is 0.02 / √(2 L) for layers that write to the
 * residual stream, and 0.02 for the others. The same seed gives the same weights.
 */
public final class InitialWeights implements Checkpoint {
  private static final double SPREAD = 0.02;

  private final ModelConfig config;
  private final long seed;
  private final Map<String, TensorInfo> tensors;

  // Guarded by this.
  private Generated last = new Generated("", new float[0]);

  public InitialWeights(ModelConfig config, long seed) {
    this.config = config;
    this.seed = seed;
    this.tensors = new LinkedHashMap<>();
    ModelTensors.shapes(config)
        .forEach((name, shape) -> tensors.put(name, new TensorInfo(name, "F32", shape)));
  }

  @Override
  public Path path() {
    return Path.of("initial weights");
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
    return generated(name).values().clone();
  }

  @Override
  public void readRows(String name, int first, int rows, float[] target, int at) {
    int columns = tensors.get(name).columns();
    System.arraycopy(generated(name).values(), first * columns, target, at, rows * columns);
  }

  /** A tensor and its values. */
  private record Generated(String name, float[] values) {}

  /** Generates a tensor, unless it is the one that was asked for last. */
  private synchronized Generated generated(String name) {
    if (!last.name().equals(name)) {
      last = new Generated(name, generate(name));
    }
    return last;
  }

  private float[] generate(String name) {
    List<Integer> shape = tensors.get(name).shape();
    float[] values = new float[shape.stream().reduce(1, Math::multiplyExact)];
    if (name.endsWith("norm.weight")) {
      Arrays.fill(values, 1);
    } else if (!name.endsWith(".bias")) {
      boolean writesResidual = name.endsWith("o_proj.weight") || name.endsWith("down_proj.weight");
      double spread = writesResidual ? SPREAD / Math.sqrt(2.0 * config.numHiddenLayers()) : SPREAD;
      Random random = new Random(seed ^ name.hashCode());
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (spread * random.nextGaussian());
      }
    }
    return values;
  }

  @Override
  public void close() {}
}
