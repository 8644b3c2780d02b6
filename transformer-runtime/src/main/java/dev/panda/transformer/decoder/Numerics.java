package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.FourBitElements;
import dev.panda.transformer.checkpoint.ModelConfig;
import java.util.Locale;
import java.util.Optional;

/**
 * Numeric format of a model's weights.
 *
 * <p>On a CPU all activations are float32; on a GPU they have the weights' format.
 */
public enum Numerics {
  FLOAT32(6),
  BFLOAT16(15),
  /** On a CPU, the weights are packed for FBGEMM, which needs x86-64 with AVX2. */
  FLOAT16(5),
  /**
   * Each row has a scale; activations are bfloat16 inside linear layers. The language-model head
   * finds the likely tokens that way, then computes their logits in float32. Only on a CPU.
   */
  INT8(15),
  /**
   * Each 32 weights of a row have a scale and a middle; activations are bfloat16 inside linear
   * layers. The embedding and the language-model head are those of {@link #INT8}. Checkpoints on
   * the same grid (Q4_1) lose little. Only on a CPU that supports {@link #FLOAT16}.
   */
  INT4(15);

  /**
   * Columns of an {@link #INT4} matrix that share a scale; its number of rows is a multiple of 16.
   */
  private static final int GROUP = FourBitElements.GROUP;

  private static final int ROWS_TOGETHER = 16;
  private static final int ROWS_OF_INTEGER_KERNELS = 4;
  private static final int MANY_ROWS = 16;

  private final int linearType;

  Numerics(int linearType) {
    this.linearType = linearType;
  }

  /**
   * The format with a name such as {@code bfloat16}; empty for {@code auto}, which stands for the
   * one that {@link AutoNumerics} chooses.
   *
   * @throws IllegalArgumentException if there is no such format
   */
  public static Optional<Numerics> named(String name) {
    if (name.equals("auto")) {
      return Optional.empty();
    }
    for (Numerics numerics : values()) {
      if (numerics.toString().equals(name)) {
        return Optional.of(numerics);
      }
    }
    throw new IllegalArgumentException(
        "numerics: " + name + " (expected: auto, float32, bfloat16, float16, int8 or int4)");
  }

  /** Whether this machine's processor can compute with it. */
  boolean runsOnCpu() {
    return (this != FLOAT16 && this != INT4) || hasPackedFloat16();
  }

  /**
   * Checks that a model can have this format.
   *
   * @throws IllegalArgumentException if this kind of machine or the model's shapes don't allow it
   */
  public void check(ModelConfig config, boolean gpu) {
    checkRunsOn(gpu);
    int queries = config.numAttentionHeads() * config.headDim();
    int keys = config.numKeyValueHeads() * config.headDim();
    checkHolds(queries + 2 * keys, config.hiddenSize());
    checkHolds(config.hiddenSize(), queries);
    checkHolds(2 * config.intermediateSize(), config.hiddenSize());
    checkHolds(config.hiddenSize(), config.intermediateSize());
  }

  void checkRunsOn(boolean gpu) {
    if ((this == INT8 || this == INT4) && gpu) {
      throw new IllegalArgumentException(
          "numerics: %s (expected: float32, bfloat16 or float16 on a GPU)".formatted(this));
    }
    if (!gpu && !runsOnCpu()) {
      throw new IllegalArgumentException(
          "numerics: %s (expected: float32, bfloat16 or int8 on a CPU that is not x86-64)"
              .formatted(this));
    }
  }

  /** Whether linear layers of that shape can have this format. */
  boolean holds(int rows, int columns) {
    return this != INT4 || (rows % ROWS_TOGETHER == 0 && columns % GROUP == 0);
  }

  /**
   * @throws IllegalArgumentException if linear layers of that shape cannot have this format
   */
  private void checkHolds(int rows, int columns) {
    if (!holds(rows, columns)) {
      throw new IllegalArgumentException(
          "numerics: int4 (expected: another format; the model has matrices of %d × %d, int4 needs multiples of %d × %d)"
              .formatted(rows, columns, ROWS_TOGETHER, GROUP));
    }
  }

  /**
   * Number of rows whose products cost little more than one row's: PyTorch's kernels for integers
   * on a CPU unpack the weights once for each four rows; others read the weights once for all.
   */
  public int rowsAtOnce(String device) {
    return !Devices.parse(device).isGpu() && (this == INT8 || this == INT4)
        ? ROWS_OF_INTEGER_KERNELS
        : MANY_ROWS;
  }

  /** The format of linear layers. */
  MatrixFormat format(boolean gpu) {
    return switch (this) {
      case INT8 -> MatrixFormat.INT8;
      case INT4 -> MatrixFormat.INT4;
      case FLOAT16 -> gpu ? MatrixFormat.DENSE : MatrixFormat.PACKED_FLOAT16;
      case FLOAT32, BFLOAT16 -> MatrixFormat.DENSE;
    };
  }

  /** The format of the language-model head. */
  MatrixFormat headFormat(boolean gpu) {
    return this == INT4 ? MatrixFormat.INT8 : format(gpu);
  }

  /** The format of the embedding. */
  MatrixFormat embeddingFormat() {
    return this == INT8 || this == INT4 ? MatrixFormat.INT8 : MatrixFormat.DENSE;
  }

  /** PyTorch's number for the type of unpacked linear layers. */
  int linearType() {
    return linearType;
  }

  int activationType(boolean gpu) {
    return gpu ? linearType : FLOAT32.linearType;
  }

  private static boolean hasPackedFloat16() {
    String architecture = System.getProperty("os.arch");
    return architecture.equals("amd64") || architecture.equals("x86_64");
  }

  /** The name in configuration and contracts, such as {@code bfloat16}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
