package dev.panda.transformer.reward;

import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.TensorInfo;
import dev.panda.transformer.checkpoint.safetensors.Safetensors;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes {@code token_head.safetensors}: {@code states} [R, D], {@code tokens} [V, R] and
 * {@code offsets} [V].
 */
final class TokenHeadFile {
  private static final String STATES = "states";
  private static final String TOKENS = "tokens";
  private static final String OFFSETS = "offsets";

  private TokenHeadFile() {}

  static TokenHead read(Path path) {
    try (Safetensors file = Safetensors.open(path)) {
      float[] states = file.read(STATES);
      float[] tokens = file.read(TOKENS);
      float[] offsets = file.read(OFFSETS);
      int rank = shape(file, STATES, 2).get(0);
      requireShape(file, TOKENS, List.of(offsets.length, rank));
      requireShape(file, OFFSETS, List.of(offsets.length));
      return new TokenHead(rows(states, rank), tokens, offsets);
    } catch (IllegalArgumentException e) {
      throw new RewardModelException(path + ": " + e.getMessage(), e);
    }
  }

  private static List<Integer> shape(Safetensors file, String name, int dimensions) {
    TensorInfo info = file.tensors().get(name);
    if (info.shape().size() != dimensions || info.shape().contains(0)) {
      throw new RewardModelException(
          "%s: %s: shape %s (expected: %d dimensions, none of them 0)"
              .formatted(file.path(), name, info.shape(), dimensions));
    }
    return info.shape();
  }

  private static void requireShape(Safetensors file, String name, List<Integer> expected) {
    List<Integer> shape = shape(file, name, expected.size());
    if (!shape.equals(expected)) {
      throw new RewardModelException(
          "%s: %s: shape %s (expected: %s)".formatted(file.path(), name, shape, expected));
    }
  }

  private static float[][] rows(float[] flat, int rank) {
    int width = flat.length / rank;
    float[][] rows = new float[rank][];
    for (int i = 0; i < rank; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
    }
    return rows;
  }

  static void write(Path path, TokenHead head) {
    int rank = head.rank();
    int width = head.states()[0].length;
    float[] flat = new float[rank * width];
    for (int i = 0; i < rank; i++) {
      System.arraycopy(head.states()[i], 0, flat, i * width, width);
    }
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put(STATES, new TensorData(ScalarType.F32, List.of(rank, width), flat));
    tensors.put(
        TOKENS,
        new TensorData(ScalarType.F32, List.of(head.vocabularySize(), rank), head.tokens()));
    tensors.put(
        OFFSETS, new TensorData(ScalarType.F32, List.of(head.vocabularySize()), head.offsets()));
    SafetensorsWriter.write(path, tensors, Map.of());
  }
}
