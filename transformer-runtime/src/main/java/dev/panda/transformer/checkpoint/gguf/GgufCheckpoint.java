package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.CheckpointFile;
import dev.panda.transformer.checkpoint.Family;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.SplitMatrices;
import dev.panda.transformer.checkpoint.TensorInfo;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A GGUF file of a supported architecture. */
public final class GgufCheckpoint implements Checkpoint {
  private final CheckpointFile file;
  private final ModelConfig config;
  private final boolean pairedRows;
  private final Map<String, GgufTensor> sources = new LinkedHashMap<>();
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

  private GgufCheckpoint(CheckpointFile file) {
    this.file = file;
    Gguf gguf = Gguf.read(file);
    this.config =
        GgufModelConfig.read(
            gguf, name -> Optional.ofNullable(gguf.tensors().get(name)).map(this::read));
    Family family = Family.of(config.architecture());
    this.pairedRows = family == Family.LLAMA || family == Family.SMOLLM3;
    for (GgufTensor tensor : gguf.tensors().values()) {
      if (!GgufModelConfig.ROTARY_FACTORS.contains(tensor.name())) {
        String name =
            TensorNames.huggingFace(tensor.name(), family)
                .orElseThrow(() -> notOfThisModel(tensor));
        sources.put(name, tensor);
        tensors.put(name, new TensorInfo(name, GgufType.nameOf(tensor.type()), tensor.shape()));
      }
    }
  }

  /**
   * Opens a file; the caller closes it.
   *
   * @throws CheckpointException if the file is malformed, or the model is not supported
   */
  public static Checkpoint open(Path path) {
    CheckpointFile file = CheckpointFile.open(path);
    try {
      return SplitMatrices.of(new GgufCheckpoint(file));
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public float[] read(String name) {
    GgufTensor source = sources.get(name);
    if (source == null) {
      throw file.error("tensor " + name + ": missing");
    }
    if (pairedRows && name.contains(".q_proj.")) {
      return readRotated(source, config.numAttentionHeads());
    }
    if (pairedRows && name.contains(".k_proj.")) {
      return readRotated(source, config.numKeyValueHeads());
    }
    return read(source);
  }

  @Override
  public void close() {
    file.close();
  }

  private float[] readRotated(GgufTensor source, int heads) {
    int rows = heads * config.headDim();
    if (source.shape().isEmpty() || source.shape().get(0) != rows) {
      throw file.error(
          "tensor "
              + source.name()
              + ": shape "
              + source.shape()
              + " (expected: "
              + rows
              + " rows)");
    }
    return RotaryRows.toHalves(read(source), heads, config.headDim());
  }

  private float[] read(GgufTensor source) {
    String subject = "tensor " + source.name();
    GgufType type =
        GgufType.of(source.type())
            .orElseThrow(
                () ->
                    file.error(
                        subject
                            + ": type "
                            + GgufType.nameOf(source.type())
                            + " (expected: one of "
                            + Arrays.toString(GgufType.values())
                            + ")"));
    return file.readFloats(source.offset(), type, source.size(), subject);
  }

  private CheckpointException notOfThisModel(GgufTensor tensor) {
    return file.error(
        "tensor "
            + tensor.name()
            + ": not supported (expected: only tensors of "
            + config.architecture()
            + ")");
  }
}
