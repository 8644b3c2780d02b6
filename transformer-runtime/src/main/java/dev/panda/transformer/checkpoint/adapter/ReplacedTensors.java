package dev.panda.transformer.checkpoint.adapter;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.ElementFormat;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.TensorInfo;
import dev.panda.transformer.checkpoint.safetensors.Safetensors;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A checkpoint in which another file replaces some of the tensors.
 *
 * @param base supplies the tensors that the file lacks; the caller closes it
 * @param file the replacements; closed with this checkpoint
 */
public record ReplacedTensors(Checkpoint base, Safetensors file) implements Checkpoint {

  @Override
  public Path path() {
    return base.path();
  }

  @Override
  public Path file(String tensor) {
    return file.tensors().containsKey(tensor) ? file.path() : base.file(tensor);
  }

  @Override
  public ModelConfig config() {
    return base.config();
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    Map<String, TensorInfo> tensors = new LinkedHashMap<>(base.tensors());
    tensors.putAll(file.tensors());
    return tensors;
  }

  @Override
  public ElementFormat format(String tensor) {
    return file.tensors().containsKey(tensor) ? file.format(tensor) : base.format(tensor);
  }

  @Override
  public float[] read(String name) {
    return file.tensors().containsKey(name) ? file.read(name) : base.read(name);
  }

  @Override
  public void readRows(String name, int first, int rows, float[] target, int at) {
    if (file.tensors().containsKey(name)) {
      file.readRows(name, first, rows, target, at);
    } else {
      base.readRows(name, first, rows, target, at);
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
