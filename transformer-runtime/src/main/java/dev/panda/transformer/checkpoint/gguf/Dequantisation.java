package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.Float16;
import java.nio.ByteBuffer;

/**
 * Converts one quantised block to float32, with a method for each type. A block of the plain types
 * has 32 elements and one scale. A block of the K types has 256 elements in groups; each group has
 * its own quantised scale.
 */
final class Dequantisation {
  private static final int BLOCK = 32;
  private static final int HALF_BLOCK = BLOCK / 2;
  private static final int K_GROUPS = 8;
  private static final int K_SCALE_BYTES = 12;

  private Dequantisation() {}

  /** Layout: scale, 16 bytes of two nibbles. x = scale · (q - 8). */
  static void q4_0(ByteBuffer source, float[] target, int at) {
    float scale = half(source);
    for (int i = 0; i < HALF_BLOCK; i++) {
      byte pair = source.get();
      target[at + i] = scale * ((pair & 0xf) - 8);
      target[at + i + HALF_BLOCK] = scale * ((pair >>> 4 & 0xf) - 8);
    }
  }

  /** Layout: scale, minimum, 16 bytes of two nibbles. x = scale · q + minimum. */
  static void q4_1(ByteBuffer source, float[] target, int at) {
    float scale = half(source);
    float minimum = half(source);
    for (int i = 0; i < HALF_BLOCK; i++) {
      byte pair = source.get();
      target[at + i] = scale * (pair & 0xf) + minimum;
      target[at + i + HALF_BLOCK] = scale * (pair >>> 4 & 0xf) + minimum;
    }
  }

  /** Layout: scale, 32 signed bytes. x = scale · q. */
  static void q8_0(ByteBuffer source, float[] target, int at) {
    float scale = half(source);
    for (int i = 0; i < BLOCK; i++) {
      target[at + i] = scale * source.get();
    }
  }

  /**
   * Layout: scale, scale of the minima, 12 bytes with 8 scales and 8 minima of 6 bits, 128 bytes of
   * two nibbles. The low nibbles belong to one group of 32 and the high nibbles to the next. x =
   * scale · s_g · q - minimum · m_g.
   */
  static void q4_k(ByteBuffer source, float[] target, int at) {
    float scale = half(source);
    float minimum = half(source);
    byte[] packed = new byte[K_SCALE_BYTES];
    source.get(packed);
    for (int group = 0; group < K_GROUPS; group += 2) {
      float lowScale = scale * groupScale(packed, group);
      float lowMinimum = minimum * groupMinimum(packed, group);
      float highScale = scale * groupScale(packed, group + 1);
      float highMinimum = minimum * groupMinimum(packed, group + 1);
      int from = at + group * BLOCK;
      for (int i = 0; i < BLOCK; i++) {
        byte pair = source.get();
        target[from + i] = lowScale * (pair & 0xf) - lowMinimum;
        target[from + BLOCK + i] = highScale * (pair >>> 4 & 0xf) - highMinimum;
      }
    }
  }

  private static int groupScale(byte[] packed, int group) {
    return group < 4
        ? packed[group] & 0x3f
        : (packed[group + 4] & 0xf) | (packed[group - 4] & 0xc0) >>> 2;
  }

  private static int groupMinimum(byte[] packed, int group) {
    return group < 4
        ? packed[group + 4] & 0x3f
        : (packed[group + 4] >>> 4 & 0xf) | (packed[group] & 0xc0) >>> 2;
  }

  /**
   * Layout: 128 bytes of low nibbles, 64 bytes of high bit pairs, 16 signed scales of groups of 16,
   * scale. x = scale · s_g · (q - 32). Each half of the block is laid out separately, as four runs
   * of 32 elements.
   */
  static void q6_k(ByteBuffer source, float[] target, int at) {
    int low = source.position();
    int high = low + 128;
    int scales = high + 64;
    float scale = Float16.toFloat(source.getShort(scales + 16));
    for (int half = 0; half < 2; half++) {
      for (int run = 0; run < 4; run++) {
        for (int i = 0; i < BLOCK; i++) {
          int nibbles = source.get(low + half * 64 + run % 2 * BLOCK + i) >>> (run / 2 * 4) & 0xf;
          int pair = source.get(high + half * BLOCK + i) >>> (2 * run) & 0x3;
          byte groupScale = source.get(scales + half * 8 + run * 2 + i / 16);
          target[at + half * 128 + run * BLOCK + i] =
              scale * groupScale * ((nibbles | pair << 4) - 32);
        }
      }
    }
  }

  private static float half(ByteBuffer source) {
    return Float16.toFloat(source.getShort());
  }
}
