package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.FourBitElements;

/**
 * Converts the plain quantised blocks to float32, with a method for each type: 32 elements, and
 * scales in half precision. The low nibbles of the 16 bytes of a block are its first half, the high
 * nibbles its second.
 */
final class PlainBlocks {
  private static final int HALF = 16;

  private PlainBlocks() {}

  /** Layout: scale, nibbles. x = scale · (q - 8). */
  static void q4_0(byte[] source, int from, float[] target, int at) {
    float scale = BlockFormat.half(source, from);
    for (int i = 0; i < HALF; i++) {
      int pair = source[from + 2 + i];
      target[at + i] = scale * ((pair & 0xf) - 8);
      target[at + HALF + i] = scale * ((pair >>> 4 & 0xf) - 8);
    }
  }

  /** Unpacks a block of {@link #q4_0}. */
  static void unpackQ4_0(byte[] source, int from, FourBitElements target, int at) {
    BlockFormat.nibbles(source, from + 2, HALF, target.numbers(), at);
    int group = at / FourBitElements.GROUP;
    target.scales()[group] = BlockFormat.half(source, from);
    target.middles()[group] = 0;
  }

  /** Layout: scale, minimum, nibbles. x = scale · q + minimum. */
  static void q4_1(byte[] source, int from, float[] target, int at) {
    float scale = BlockFormat.half(source, from);
    float minimum = BlockFormat.half(source, from + 2);
    for (int i = 0; i < HALF; i++) {
      int pair = source[from + 4 + i];
      target[at + i] = scale * (pair & 0xf) + minimum;
      target[at + HALF + i] = scale * (pair >>> 4 & 0xf) + minimum;
    }
  }

  /** Unpacks a block of {@link #q4_1}. */
  static void unpackQ4_1(byte[] source, int from, FourBitElements target, int at) {
    BlockFormat.nibbles(source, from + 4, HALF, target.numbers(), at);
    int group = at / FourBitElements.GROUP;
    float scale = BlockFormat.half(source, from);
    target.scales()[group] = scale;
    target.middles()[group] = scale * 8 + BlockFormat.half(source, from + 2);
  }

  /** Layout: scale, the fifth bit of each element, nibbles. x = scale · (q - 16). */
  static void q5_0(byte[] source, int from, float[] target, int at) {
    float scale = BlockFormat.half(source, from);
    int fifth = BlockFormat.word(source, from + 2);
    for (int i = 0; i < HALF; i++) {
      int pair = source[from + 6 + i];
      int bits = fifth >>> i;
      target[at + i] = scale * (((pair & 0xf) | (bits << 4 & 0x10)) - 16);
      target[at + HALF + i] = scale * (((pair >>> 4 & 0xf) | (bits >>> 12 & 0x10)) - 16);
    }
  }

  /** Layout: scale, minimum, the fifth bit of each element, nibbles. x = scale · q + minimum. */
  static void q5_1(byte[] source, int from, float[] target, int at) {
    float scale = BlockFormat.half(source, from);
    float minimum = BlockFormat.half(source, from + 2);
    int fifth = BlockFormat.word(source, from + 4);
    for (int i = 0; i < HALF; i++) {
      int pair = source[from + 8 + i];
      int bits = fifth >>> i;
      target[at + i] = scale * ((pair & 0xf) | (bits << 4 & 0x10)) + minimum;
      target[at + HALF + i] = scale * ((pair >>> 4 & 0xf) | (bits >>> 12 & 0x10)) + minimum;
    }
  }

  /** Layout: scale, 32 signed bytes. x = scale · q. */
  static void q8_0(byte[] source, int from, float[] target, int at) {
    float scale = BlockFormat.half(source, from);
    for (int i = 0; i < 2 * HALF; i++) {
      target[at + i] = scale * source[from + 2 + i];
    }
  }
}
