package dev.panda.transformer.checkpoint.safetensors;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.ElementFormat;
import dev.panda.transformer.checkpoint.Family;
import dev.panda.transformer.checkpoint.HuggingFaceConfig;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import dev.panda.transformer.checkpoint.SplitMatrices;
import dev.panda.transformer.checkpoint.TensorInfo;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A Hugging Face folder: {@code config.json} and one safetensors file or several shards. */
public final class SafetensorsCheckpoint implements Checkpoint {
  private final Path folder;
  private final ModelConfig config;
  private final Shards shards;
  private final Map<String, TensorInfo> tensors;

  /** Gemma's folders hold the norms' weights less 1. */
  private final boolean normsAreOffsets;

  private SafetensorsCheckpoint(Path folder, ModelConfig config, Shards shards) {
    this.folder = folder;
    this.shards = shards;
    Map<String, TensorInfo> infos = new LinkedHashMap<>();
    shards.byTensor().forEach((name, shard) -> infos.put(name, shard.tensors().get(name)));
    this.tensors = Collections.unmodifiableMap(infos);
    this.normsAreOffsets = Family.of(config.architecture()) == Family.GEMMA3;
    this.config = hasOwnHead(config) ? config.untied() : config;
  }

  /**
   * Whether a model that is said to be tied has a head that is not its embedding. It is then read,
   * as in transformers 5.
   */
  private boolean hasOwnHead(ModelConfig stated) {
    return stated.tieWordEmbeddings()
        && tensors.containsKey(ModelTensors.LANGUAGE_MODEL_HEAD)
        && tensors.containsKey(ModelTensors.EMBEDDING)
        && !Safetensors.equal(
            shards.byTensor().get(ModelTensors.LANGUAGE_MODEL_HEAD),
            ModelTensors.LANGUAGE_MODEL_HEAD,
            shards.byTensor().get(ModelTensors.EMBEDDING),
            ModelTensors.EMBEDDING);
  }

  /**
   * Opens a folder; the caller closes it.
   *
   * @throws CheckpointException if a file is missing or malformed, or the model is not supported
   */
  public static Checkpoint open(Path folder) {
    ModelConfig config = HuggingFaceConfig.read(folder);
    Shards shards = Shards.open(folder);
    try {
      return SplitMatrices.of(new SafetensorsCheckpoint(folder, config, shards));
    } catch (RuntimeException e) {
      shards.files().forEach(Safetensors::close);
      throw e;
    }
  }

  @Override
  public Path path() {
    return folder;
  }

  @Override
  public Path file(String tensor) {
    Safetensors shard = shards.byTensor().get(tensor);
    return shard == null ? folder : shard.path();
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
  public ElementFormat format(String tensor) {
    return shard(tensor).format(tensor);
  }

  @Override
  public float[] read(String name) {
    float[] values = shard(name).read(name);
    if (normsAreOffsets && name.endsWith("norm.weight")) {
      for (int i = 0; i < values.length; i++) {
        values[i] += 1;
      }
    }
    return values;
  }

  @Override
  public void readRows(String name, int first, int rows, float[] target, int at) {
    shard(name).readRows(name, first, rows, target, at);
  }

  private Safetensors shard(String name) {
    Safetensors shard = shards.byTensor().get(name);
    if (shard == null) {
      throw new CheckpointException(folder + ": tensor " + name + ": missing");
    }
    return shard;
  }

  @Override
  public void close() {
    Collection<Safetensors> files = shards.files();
    files.forEach(Safetensors::close);
  }
}
