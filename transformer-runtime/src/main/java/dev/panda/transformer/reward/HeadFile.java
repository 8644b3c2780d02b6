package dev.panda.transformer.reward;

import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.TensorInfo;
import dev.panda.transformer.checkpoint.safetensors.Safetensors;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads and writes {@code head.safetensors}: {@code weight} [D] and {@code bias} []. */
final class HeadFile {
  private static final String WEIGHT = "weight";
  private static final String BIAS = "bias";

  private HeadFile() {}

  static RewardHead read(Path path) {
    try (Safetensors file = Safetensors.open(path)) {
      float[] weight = read(file, WEIGHT, 1);
      float[] bias = read(file, BIAS, 0);
      return new RewardHead(weight, bias[0]);
    } catch (IllegalArgumentException e) {
      throw new RewardModelException(path + ": " + e.getMessage(), e);
    }
  }

  static void write(Path path, RewardHead head) {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put(
        WEIGHT, new TensorData(ScalarType.F32, List.of(head.weight().length), head.weight()));
    tensors.put(BIAS, new TensorData(ScalarType.F32, List.of(), new float[] {head.bias()}));
    SafetensorsWriter.write(path, tensors, Map.of());
  }

  private static float[] read(Safetensors file, String name, int dimensions) {
    TensorInfo info = file.tensors().get(name);
    if (info != null && info.shape().size() != dimensions) {
      throw new RewardModelException(
          "%s: %s: shape %s (expected: %d dimensions)"
              .formatted(file.path(), name, info.shape(), dimensions));
    }
    return file.read(name);
  }
}
