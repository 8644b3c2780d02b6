package dev.panda.transformer.checkpoint.gguf;

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
    for (int group = 0; group < 16; group++) {
      int low = source[from + 96 + (group & 7)] >>> ((group >> 3) * 4) & 0xf;
      int high = source[from + 104 + (group & 3)] >>> ((group >> 2) * 2) & 0x3;
      float groupScale = scale * ((low | high << 4) - 32);
      int thirds = from + (group & 1) * GROUP;
      int pairs = from + 32 + (group >> 3) * RUN + (group & 1) * GROUP;
      int shift = group & 6;
      int run = group >> 1;
      for (int i = 0; i < GROUP; i++) {
        int third = source[thirds + i] >>> run & 1;
        target[at + group * GROUP + i] =
            groupScale * (((source[pairs + i] >>> shift & 0x3) | third << 2) - 4);
      }
    }
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
    for (int group = 0; group < 16; group++) {
      float groupScale = scale * source[from + 192 + group];
      int half = group >> 3;
      int run = group >> 1 & 3;
      int nibbles = from + half * 64 + (run & 1) * RUN + (group & 1) * GROUP;
      int nibbleShift = run >> 1 << 2;
      int pairs = from + 128 + half * RUN + (group & 1) * GROUP;
      int pairShift = 2 * run;
      for (int i = 0; i < GROUP; i++) {
        int low = source[nibbles + i] >>> nibbleShift & 0xf;
        int high = source[pairs + i] >>> pairShift & 0x3;
        target[at + group * GROUP + i] = groupScale * ((low | high << 4) - 32);
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
