package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.CheckpointFile;
import dev.panda.transformer.checkpoint.ElementFormat;
import dev.panda.transformer.checkpoint.Family;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.SplitMatrices;
import dev.panda.transformer.checkpoint.StoredElements;
import dev.panda.transformer.checkpoint.TensorInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A GGUF model of a supported architecture, in one file or split. */
public final class GgufCheckpoint implements Checkpoint {
  private final Path path;
  private final List<CheckpointFile> files;
  private final ModelConfig config;
  private final boolean pairedRows;
  private final Map<String, GgufTensor> sources = new LinkedHashMap<>();
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

  private GgufCheckpoint(Path path, List<CheckpointFile> files) {
    this.path = path;
    this.files = files;
    Gguf gguf = GgufParts.read(files);
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
   * Opens a model; the caller closes it.
   *
   * @param path the folder or the file that was asked for
   * @param file the model's file, or any part of a split model
   * @throws CheckpointException if a file is malformed or missing, or the model is not supported
   */
  public static Checkpoint open(Path path, Path file) {
    List<CheckpointFile> files = new ArrayList<>();
    try {
      GgufFiles.all(file).forEach(part -> files.add(CheckpointFile.open(part)));
      return SplitMatrices.of(new GgufCheckpoint(path, files));
    } catch (RuntimeException e) {
      files.forEach(CheckpointFile::close);
      throw e;
    }
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Path file(String tensor) {
    GgufTensor source = sources.get(tensor);
    return source == null ? path : source.file().path();
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
  public ElementFormat format(String tensor) {
    return type(source(tensor));
  }

  @Override
  public float[] read(String name) {
    GgufTensor source = source(name);
    if (!hasPairedRows(name)) {
      return read(source);
    }
    float[] values = new float[Math.toIntExact(source.size())];
    readRows(name, 0, source.shape().get(0), values, 0);
    return values;
  }

  @Override
  public void readRows(String name, int first, int rows, float[] target, int at) {
    GgufTensor source = source(name);
    StoredElements elements = elements(source);
    int columns = tensors.get(name).columns();
    if (hasPairedRows(name)) {
      if (source.shape().get(0) % config.headDim() != 0) {
        throw source
            .file()
            .error(
                "tensor %s: shape %s (expected: rows for heads of %d)"
                    .formatted(source.name(), source.shape(), config.headDim()));
      }
      new RotaryRows(elements, config.headDim(), columns).readHalves(first, rows, target, at);
    } else {
      elements.read((long) first * columns, rows * columns, target, at);
    }
  }

  private GgufTensor source(String name) {
    GgufTensor source = sources.get(name);
    if (source == null) {
      throw new CheckpointException(path + ": tensor " + name + ": missing");
    }
    return source;
  }

  private boolean hasPairedRows(String name) {
    return pairedRows && (name.contains(".q_proj.") || name.contains(".k_proj."));
  }

  @Override
  public void close() {
    files.forEach(CheckpointFile::close);
  }

  private float[] read(GgufTensor source) {
    return elements(source).readAll(source.size());
  }

  private StoredElements elements(GgufTensor source) {
    return new StoredElements(
        source.file(), "tensor " + source.name(), source.offset(), type(source));
  }

  private static GgufType type(GgufTensor source) {
    return GgufType.of(source.type())
        .orElseThrow(
            () ->
                source
                    .file()
                    .error(
                        "tensor "
                            + source.name()
                            + ": type "
                            + GgufType.nameOf(source.type())
                            + " (expected: one of "
                            + Arrays.toString(GgufType.values())
                            + "; llama-quantize converts a file, for example to Q4_K_M)"));
  }

  private CheckpointException notOfThisModel(GgufTensor tensor) {
    return tensor
        .file()
        .error(
            "tensor %s: not supported (expected: only tensors of %s)"
                .formatted(tensor.name(), config.architecture()));
  }
}
