package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.FourBitElements;

/**
 * Converts the K blocks to float32, with a method for each type: 256 elements in groups of 16 or
 * 32, each with its own quantised scale, and scales of these scales in half precision.
 */
final class KBlocks {
  private static final int GROUP = 16;
  private static final int RUN = 32;

  private KBlocks() {}

  /**
   * Layout: 16 bytes with a scale and a minimum of 4 bits for each group of 16, 64 bytes of bit
   * pairs, scale, scale of the minima. x = scale · s_g · q - minimum · m_g. Each half of the block
   * has 32 bytes, whose lowest pairs are its first run of 32 elements.
   */
  static void q2_k(byte[] source, int from, float[] target, int at) {
    float scale = BlockFormat.half(source, from + 80);
    float minimum = BlockFormat.half(source, from + 82);
    for (int group = 0; group < 16; group++) {
      float groupScale = scale * (source[from + group] & 0xf);
      float groupMinimum = minimum * (source[from + group] >>> 4 & 0xf);
      int pairs = from + 16 + (group >> 3) * RUN + (group & 1) * GROUP;
      int shift = group & 6;
      for (int i = 0; i < GROUP; i++) {
        target[at + group * GROUP + i] =
            groupScale * (source[pairs + i] >>> shift & 0x3) - groupMinimum;
      }
    }
  }

  /**
   * Layout: 32 bytes of third bits, 64 bytes of bit pairs as in Q2_K, 12 bytes with 16 scales of 6
   * bits, scale. x = scale · (s_g - 32) · (q - 4).
   */
  static void q3_k(byte[] source, int from, float[] target, int at) {
    float scale = BlockFormat.half(source, from + 108);
    for (int quarter = 0; quarter < 4; quarter++) {
      int half = quarter >> 1;
      int begin = (quarter & 1) * GROUP;
      int group = half * 8 + (quarter & 1);
      float scale0 = scale * scaleOf6Bits(source, from + 96, group);
      float scale1 = scale * scaleOf6Bits(source, from + 96, group + 2);
      float scale2 = scale * scaleOf6Bits(source, from + 96, group + 4);
      float scale3 = scale * scaleOf6Bits(source, from + 96, group + 6);
      int pairs = from + 32 + half * RUN + begin;
      int to = at + half * 128 + begin;
      for (int i = 0; i < GROUP; i++) {
        int pair = source[pairs + i];
        int thirds = source[from + begin + i] >>> (4 * half);
        target[to + i] = scale0 * (((pair & 0x3) | (thirds << 2 & 0x4)) - 4);
        target[to + RUN + i] = scale1 * (((pair >>> 2 & 0x3) | (thirds << 1 & 0x4)) - 4);
        target[to + 2 * RUN + i] = scale2 * (((pair >>> 4 & 0x3) | (thirds & 0x4)) - 4);
        target[to + 3 * RUN + i] = scale3 * (((pair >>> 6 & 0x3) | (thirds >>> 1 & 0x4)) - 4);
      }
    }
  }

  private static int scaleOf6Bits(byte[] source, int packed, int group) {
    int low = source[packed + (group & 7)] >>> ((group >> 3) * 4) & 0xf;
    int high = source[packed + 8 + (group & 3)] >>> ((group >> 2) * 2) & 0x3;
    return (low | high << 4) - 32;
  }

  /**
   * Layout: scale, scale of the minima, 12 bytes with 8 scales and 8 minima of 6 bits, 128 bytes of
   * two nibbles. The low nibbles belong to one group of 32 and the high nibbles to the next. x =
   * scale · s_g · q - minimum · m_g.
   */
  static void q4_k(byte[] source, int from, float[] target, int at) {
    float scale = BlockFormat.half(source, from);
    float minimum = BlockFormat.half(source, from + 2);
    for (int group = 0; group < 8; group += 2) {
      float lowScale = scale * groupScale(source, from + 4, group);
      float lowMinimum = minimum * groupMinimum(source, from + 4, group);
      float highScale = scale * groupScale(source, from + 4, group + 1);
      float highMinimum = minimum * groupMinimum(source, from + 4, group + 1);
      int nibbles = from + 16 + group * GROUP;
      int to = at + group * RUN;
      for (int i = 0; i < RUN; i++) {
        int pair = source[nibbles + i];
        target[to + i] = lowScale * (pair & 0xf) - lowMinimum;
        target[to + RUN + i] = highScale * (pair >>> 4 & 0xf) - highMinimum;
      }
    }
  }

  /** Unpacks a block of {@link #q4_k}. */
  static void unpackQ4_k(byte[] source, int from, FourBitElements target, int at) {
    float scale = BlockFormat.half(source, from);
    float minimum = BlockFormat.half(source, from + 2);
    int first = at / FourBitElements.GROUP;
    for (int group = 0; group < 8; group++) {
      float groupScale = scale * groupScale(source, from + 4, group);
      target.scales()[first + group] = groupScale;
      target.middles()[first + group] =
          groupScale * 8 - minimum * groupMinimum(source, from + 4, group);
    }
    for (int pair = 0; pair < 4; pair++) {
      BlockFormat.nibbles(
          source, from + 16 + pair * RUN, RUN, target.numbers(), at + 2 * pair * RUN);
    }
  }

  /** As Q4_K, with 32 bytes of fifth bits before the nibbles: a bit of each byte for each group. */
  static void q5_k(byte[] source, int from, float[] target, int at) {
    float scale = BlockFormat.half(source, from);
    float minimum = BlockFormat.half(source, from + 2);
    for (int group = 0; group < 8; group += 2) {
      float lowScale = scale * groupScale(source, from + 4, group);
      float lowMinimum = minimum * groupMinimum(source, from + 4, group);
      float highScale = scale * groupScale(source, from + 4, group + 1);
      float highMinimum = minimum * groupMinimum(source, from + 4, group + 1);
      int fifths = from + 16;
      int nibbles = from + 48 + group * GROUP;
      int to = at + group * RUN;
      for (int i = 0; i < RUN; i++) {
        int pair = source[nibbles + i];
        int bits = source[fifths + i] >>> group;
        target[to + i] = lowScale * ((pair & 0xf) | (bits << 4 & 0x10)) - lowMinimum;
        target[to + RUN + i] = highScale * ((pair >>> 4 & 0xf) | (bits << 3 & 0x10)) - highMinimum;
      }
    }
  }

  private static int groupScale(byte[] source, int packed, int group) {
    return group < 4
        ? source[packed + group] & 0x3f
        : (source[packed + group + 4] & 0xf) | (source[packed + group - 4] & 0xc0) >>> 2;
  }

  private static int groupMinimum(byte[] source, int packed, int group) {
    return group < 4
        ? source[packed + group + 4] & 0x3f
        : (source[packed + group + 4] >>> 4 & 0xf) | (source[packed + group] & 0xc0) >>> 2;
  }

  /**
   * Layout: 128 bytes of low nibbles, 64 bytes of high bit pairs, 16 signed scales of groups of 16,
   * scale. x = scale · s_g · (q - 32). Each half of the block is laid out separately, as four runs
   * of 32 elements.
   */
  static void q6_k(byte[] source, int from, float[] target, int at) {
    float scale = BlockFormat.half(source, from + 208);
    for (int quarter = 0; quarter < 4; quarter++) {
      int half = quarter >> 1;
      int begin = (quarter & 1) * GROUP;
      int scales = from + 192 + half * 8 + (quarter & 1);
      float scale0 = scale * source[scales];
      float scale1 = scale * source[scales + 2];
      float scale2 = scale * source[scales + 4];
      float scale3 = scale * source[scales + 6];
      int nibbles = from + half * 64 + begin;
      int pairs = from + 128 + half * RUN + begin;
      int to = at + half * 128 + begin;
      for (int i = 0; i < GROUP; i++) {
        int even = source[nibbles + i];
        int odd = source[nibbles + RUN + i];
        int high = source[pairs + i];
        target[to + i] = scale0 * (((even & 0xf) | (high << 4 & 0x30)) - 32);
        target[to + RUN + i] = scale1 * (((odd & 0xf) | (high << 2 & 0x30)) - 32);
        target[to + 2 * RUN + i] = scale2 * (((even >>> 4 & 0xf) | (high & 0x30)) - 32);
        target[to + 3 * RUN + i] = scale3 * (((odd >>> 4 & 0xf) | (high >>> 2 & 0x30)) - 32);
      }
    }
  }

  /** Layout: scale in float32, 256 signed bytes, sums of groups. x = scale · q. */
  static void q8_k(byte[] source, int from, float[] target, int at) {
    float scale = Float.intBitsToFloat(BlockFormat.word(source, from));
    for (int i = 0; i < 256; i++) {
      target[at + i] = scale * source[from + 4 + i];
    }
  }
}
