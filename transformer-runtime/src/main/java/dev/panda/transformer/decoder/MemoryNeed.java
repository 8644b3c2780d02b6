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

  /** The bytes of a second format, of the blocks and of a head that is int8 in the first. */
  static long second(ModelConfig config, int layers, Numerics first, Numerics second) {
    double embedding =
        (double) config.vocabSize() * config.hiddenSize() * bytes(second, second.embeddingFormat());
    boolean head = first.headFormat(false) == MatrixFormat.INT8; // as large as the embedding
    return (long) (weights(config, layers, false, second, false) - (head ? 0 : embedding));
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
    double numbers = 2.0 * layers * config.numKeyValueHeads() * config.headDim() * tokens;
    return (long) (numbers * (gpu && numerics != Numerics.FLOAT32 ? 2 : 4));
  }

  /** Whether the machine's memory can hold that many bytes. */
  static boolean fits(double bytes) {
    return bytes <= ofMachine();
  }

  /** The bytes of this machine's memory. */
  public static long ofMachine() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getTotalMemorySize();
  }

  /**
   * Refuses a decoder that the machine's memory cannot hold with its cache.
   *
   * @throws IllegalArgumentException if it cannot; the message has both sizes and their sum
   */
  public static void requireFits(ModelConfig config, int layers, DecoderOptions options) {
    Numerics numerics = options.numerics();
    double weights = weights(config, layers, options.languageModelHead(), numerics, false);
    weights +=
        options
            .manyRows()
            .map(many -> (double) second(config, layers, numerics, many.numerics()))
            .orElse(0.);
    double cache = cache(config, layers, options.cacheTokens(), numerics, false);
    if (options.languageModelHead() && !options.projections().isEmpty()) {
      cache += 4.0 * options.cacheTokens() * config.hiddenSize(); // the states of candidates
    }
    require(
        weights + cache,
        "numerics: %s (expected: a smaller format, model or cache; weights of %.1f GB and a cache of %.1f GB for %d tokens"
            .formatted(numerics, weights / GIGABYTE, cache / GIGABYTE, options.cacheTokens()));
  }

  /**
   * Refuses a training in float32 that the machine's memory cannot hold.
   *
   * @param learned whether the weights are trained, so that each has a gradient and two moments
   * @throws IllegalArgumentException if it cannot; the message has the sum
   */
  static void requireFitsTraining(
      ModelConfig config, int layers, boolean languageModelHead, boolean learned) {
    double weights = weights(config, layers, languageModelHead, Numerics.FLOAT32, false);
    // the rotation of each position, and as much while it is computed
    double rotations = 8.0 * config.maxPositionEmbeddings() * config.headDim();
    require(
        weights * (learned ? 4 : 1) + rotations,
        "model: weights of %.1f GB in float32 (expected: a smaller model or context; %s rotations of %d positions"
            .formatted(
                weights / GIGABYTE,
                learned ? "weights, gradients, two moments of each and" : "weights and",
                config.maxPositionEmbeddings()));
  }

  private static void require(double bytes, String subject) {
    if (!fits(bytes)) {
      throw new IllegalArgumentException(
          "%s take %.1f GB, and the machine has %.1f GB)"
              .formatted(subject, bytes / GIGABYTE, ofMachine() / GIGABYTE));
    }
  }
}
