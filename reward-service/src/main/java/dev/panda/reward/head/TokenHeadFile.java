package dev.panda.reward.head;

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
      TensorInfo info = file.tensors().get(STATES);
      if (info != null && info.shape().size() != 2) {
        throw new RewardModelException(
            "%s: %s: shape %s (expected: 2 dimensions)".formatted(path, STATES, info.shape()));
      }
      float[] flat = file.read(STATES);
      float[][] states = new float[info.shape().get(0)][];
      int width = info.shape().get(1);
      for (int i = 0; i < states.length; i++) {
        states[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
      }
      return new TokenHead(states, file.read(TOKENS), file.read(OFFSETS));
    } catch (IllegalArgumentException e) {
      throw new RewardModelException(path + ": " + e.getMessage(), e);
    }
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
