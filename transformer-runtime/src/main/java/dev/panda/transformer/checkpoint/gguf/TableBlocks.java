package dev.panda.transformer.checkpoint.gguf;

/**
 * Converts the blocks whose nibbles are indexes into a table to float32, with a method for each
 * type. The low nibbles of 16 bytes are the first half of 32 elements, the high nibbles the second.
 */
final class TableBlocks {
  private static final int HALF = 16;

  /** Steps that grow away from zero, for IQ4. */
  private static final float[] UNEVEN = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  /** Twice the numbers of 4 bits with a sign, two bits of exponent and one of fraction. */
  private static final float[] TWICE_E2M1 = {
    0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12
  };

  private TableBlocks() {}

  /** Layout: scale, nibbles. x = scale · table[q]. */
  static void iq4_nl(byte[] source, int from, float[] target, int at) {
    decode(BlockFormat.half(source, from), UNEVEN, source, from + 2, target, at);
  }

  /**
   * Layout: scale, 16 bits with the high pairs of 8 scales, 4 bytes with their low nibbles, 128
   * bytes of nibbles. x = scale · (s_g - 32) · table[q].
   */
  static void iq4_xs(byte[] source, int from, float[] target, int at) {
    float scale = BlockFormat.half(source, from);
    int pairs = BlockFormat.word(source, from + 2);
    for (int group = 0; group < 8; group++) {
      int low = source[from + 4 + group / 2] >>> ((group & 1) * 4) & 0xf;
      int high = pairs >>> (2 * group) & 0x3;
      float groupScale = scale * ((low | high << 4) - 32);
      decode(groupScale, UNEVEN, source, from + 8 + group * HALF, target, at + group * 2 * HALF);
    }
  }

  /** Layout: exponent, nibbles. x = 2^(exponent - 127) · table[q], with a table of half steps. */
  static void mxfp4(byte[] source, int from, float[] target, int at) {
    int exponent = source[from] & 0xff;
    int halved = exponent < 2 ? 0x200000 << exponent : (exponent - 1) << 23;
    decode(Float.intBitsToFloat(halved), TWICE_E2M1, source, from + 1, target, at);
  }

  private static void decode(
      float scale, float[] table, byte[] source, int nibbles, float[] target, int at) {
    for (int i = 0; i < HALF; i++) {
      int pair = source[nibbles + i];
      target[at + i] = scale * table[pair & 0xf];
      target[at + HALF + i] = scale * table[pair >>> 4 & 0xf];
    }
  }
}
