package dev.panda.transformer.decoder;

import java.util.Locale;

/**
 * Numeric format of a model's weights.
 *
 * <p>On a CPU all activations are float32; on a GPU they have the weights' format.
 */
public enum Numerics {
  FLOAT32(6, 6),
  BFLOAT16(15, 15),
  /** On a CPU, the weights are packed for FBGEMM, which needs x86-64 with AVX2. */
  FLOAT16(5, 5),
  /**
   * Each output row has a scale; activations are bfloat16 inside linear layers. The language-model
   * head finds the likely tokens that way; their logits are then computed from bfloat16 weights.
   * Only on a CPU.
   */
  INT8(15, 15),
  /**
   * Each 32 weights of a row have a scale and a middle; activations are bfloat16 inside linear
   * layers, and the language-model head is that of {@link #INT8}. Checkpoints on the same grid
   * (Q4_1) lose little. Only on a CPU that supports {@link #FLOAT16}.
   */
  INT4(15, 15);

  /**
   * Columns of an {@link #INT4} matrix that share a scale; its number of rows is a multiple of 16.
   */
  private static final int GROUP = 32;

  private static final int ROWS_TOGETHER = 16;

  /** Rows of numbers of one type. */
  static final int DENSE = 0;

  private static final int PACKED_FLOAT16 = 1;
  private static final int INT8_ROWS = 2;
  private static final int INT4_GROUPS = 3;

  private final int linearType;
  private final int embeddingType;

  Numerics(int linearType, int embeddingType) {
    this.linearType = linearType;
    this.embeddingType = embeddingType;
  }

  /**
   * The fastest format on this machine that almost always chooses the same tokens as float32:
   * float16 on a GPU or a CPU that supports FBGEMM, else float32.
   */
  public static Numerics fastest(boolean gpu) {
    return gpu || hasPackedFloat16() ? FLOAT16 : FLOAT32;
  }

  /**
   * Reads a name such as {@code bfloat16}; {@code auto} means the {@link #fastest}.
   *
   * @throws IllegalArgumentException if there is no such format
   */
  public static Numerics parse(String name, boolean gpu) {
    if (name.equals("auto")) {
      return fastest(gpu);
    }
    for (Numerics numerics : values()) {
      if (numerics.toString().equals(name)) {
        return numerics;
      }
    }
    throw new IllegalArgumentException(
        "numerics: " + name + " (expected: auto, float32, bfloat16, float16, int8 or int4)");
  }

  void checkRunsOn(boolean gpu) {
    if ((this == INT8 || this == INT4) && gpu) {
      throw new IllegalArgumentException(
          "numerics: %s (expected: float32, bfloat16 or float16 on a GPU)".formatted(this));
    }
    if ((this == FLOAT16 || this == INT4) && !gpu && !hasPackedFloat16()) {
      throw new IllegalArgumentException(
          "numerics: %s (expected: float32, bfloat16 or int8 on a CPU that is not x86-64)"
              .formatted(this));
    }
  }

  /**
   * @throws IllegalArgumentException if linear layers of that shape cannot have this format
   */
  void checkHolds(int rows, int columns) {
    if (this == INT4 && (rows % ROWS_TOGETHER != 0 || columns % GROUP != 0)) {
      throw new IllegalArgumentException(
          "numerics: int4 (expected: another format; the model has matrices of %d × %d, int4 needs multiples of %d × %d)"
              .formatted(rows, columns, ROWS_TOGETHER, GROUP));
    }
  }

  /** The number of the format of linear layers in {@code decoder.py}. */
  int format(boolean gpu) {
    if (this == INT8) {
      return INT8_ROWS;
    }
    if (this == INT4) {
      return INT4_GROUPS;
    }
    return this == FLOAT16 && !gpu ? PACKED_FLOAT16 : DENSE;
  }

  /** The same for the language-model head. */
  int headFormat(boolean gpu) {
    return this == INT4 ? INT8_ROWS : format(gpu);
  }

  /** Whether the head needs {@link #embeddingType} rows beside it, for exact logits. */
  boolean rescores() {
    return this == INT8 || this == INT4;
  }

  /** PyTorch's number for the type of unpacked linear layers. */
  int linearType() {
    return linearType;
  }

  int embeddingType() {
    return embeddingType;
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
