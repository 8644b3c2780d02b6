package dev.panda.transformer.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * GPT-2's alphabet of 256 printable characters, one for each byte. The printable bytes of Latin-1
 * map to themselves, the others to the characters from U+0100, in order.
 */
final class ByteAlphabet {
  private static final int FIRST_STAND_IN = 0x100;
  private static final char[] CHARACTERS = new char[256];
  private static final int[] BYTES = new int[2 * FIRST_STAND_IN];

  static {
    Arrays.fill(BYTES, -1);
    int standIns = 0;
    for (int value = 0; value < 256; value++) {
      CHARACTERS[value] = (char) (isPrintable(value) ? value : FIRST_STAND_IN + standIns++);
      BYTES[CHARACTERS[value]] = value;
    }
  }

  private ByteAlphabet() {}

  static char character(int value) {
    return CHARACTERS[value];
  }

  /** The bytes of a token. A token with a character outside the alphabet is taken as plain text. */
  static byte[] bytes(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      char character = token.charAt(i);
      if (character >= BYTES.length || BYTES[character] < 0) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) BYTES[character];
    }
    return bytes;
  }

  private static boolean isPrintable(int value) {
    return (value >= '!' && value <= '~')
        || (value >= 0xA1 && value <= 0xAC)
        || (value >= 0xAE && value <= 0xFF);
  }
}
