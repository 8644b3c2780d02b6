package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ModelTensors;
import java.lang.management.ManagementFactory;
import java.util.List;

/** The memory that a decoder takes. */
public final class MemoryNeed {
  private static final double GIGABYTE = 1e9;

  private MemoryNeed() {}

  /**
   * The bytes of a model's weights.
   *
   * @param layers number of blocks that are loaded, from the first
   * @param languageModelHead whether the head is loaded
   */
  public static long weights(
      ModelConfig config, int layers, boolean languageModelHead, Numerics numerics, boolean gpu) {
    double linear = bytes(numerics, numerics.format(gpu));
    double bytes = 0;
    for (List<Integer> shape : ModelTensors.shapes(config, layers).values()) {
      bytes += linear * shape.stream().mapToDouble(Integer::doubleValue).reduce(1, (a, b) -> a * b);
    }
    double vocabulary = (double) config.vocabSize() * config.hiddenSize();
    MatrixFormat embedding = numerics.embeddingFormat();
    MatrixFormat head = numerics.headFormat(gpu);
    bytes += vocabulary * (bytes(numerics, embedding) - linear);
    if (languageModelHead && !(config.tieWordEmbeddings() && head == embedding)) {
      bytes += vocabulary * bytes(numerics, head);
    }
    return (long) bytes;
  }

  private static double bytes(Numerics numerics, MatrixFormat format) {
    return switch (format) {
      case DENSE -> numerics == Numerics.FLOAT32 ? 4 : 2;
      case PACKED_FLOAT16 -> 2;
      case INT8 -> 1;
      case INT4 -> 0.5 + 4 / 32.0;
    };
  }

  /** The bytes of a cache of keys and values for that many tokens. */
  public static long cache(
      ModelConfig config, int layers, long tokens, Numerics numerics, boolean gpu) {
    long numbers = 2L * layers * config.numKeyValueHeads() * config.headDim() * tokens;
    return numbers * (gpu && numerics != Numerics.FLOAT32 ? 2 : 4);
  }

  /** The bytes of this machine's memory. */
  public static long ofMachine() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getTotalMemorySize();
  }

  /**
   * Refuses weights that the machine's memory cannot hold.
   *
   * @throws IllegalArgumentException if it cannot; the message has both sizes
   */
  public static void requireFits(long weights, Numerics numerics) {
    long memory = ofMachine();
    if (weights > memory) {
      throw new IllegalArgumentException(
          "numerics: %s (expected: a smaller format or model; the weights take %.1f GB, and the machine has %.1f GB)"
              .formatted(numerics, weights / GIGABYTE, memory / GIGABYTE));
    }
  }
}
