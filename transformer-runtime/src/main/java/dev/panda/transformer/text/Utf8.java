package dev.panda.transformer.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Decodes the UTF-8 of people's files. A byte order mark at the beginning is no part of the text.
 */
public final class Utf8 {
  private static final char MARK = '\uFEFF';
  private static final int MARK_BYTES = 3;

  private Utf8() {}

  /**
   * Reads a whole file.
   *
   * @throws MalformedTextException if the file is not UTF-8; the message does not name the file
   */
  public static String read(Path file) throws IOException {
    return decode(Files.readAllBytes(file));
  }

  /**
   * Decodes a text.
   *
   * @throws MalformedTextException if the bytes are not UTF-8
   */
  public static String decode(byte[] bytes) {
    requireNotUtf16(bytes);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return !text.isEmpty() && text.charAt(0) == MARK ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new MalformedTextException("not UTF-8 (expected: UTF-8)", e);
    }
  }

  /** Skips a byte order mark at the beginning of a stream that can be reset. */
  static void skipMark(InputStream in) throws IOException {
    in.mark(MARK_BYTES);
    byte[] first = in.readNBytes(MARK_BYTES);
    requireNotUtf16(first);
    if (!Arrays.equals(first, Character.toString(MARK).getBytes(StandardCharsets.UTF_8))) {
      in.reset();
    }
  }

  private static void requireNotUtf16(byte[] bytes) {
    if (bytes.length >= Character.BYTES) {
      char first = ByteBuffer.wrap(bytes).getChar();
      if (first == MARK || Character.reverseBytes(first) == MARK) {
        throw new MalformedTextException("UTF-16 (expected: UTF-8)");
      }
    }
  }

  /**
   * Checks that a text has only whole characters. JSON can name half of one ({@code \ud83d}), for
   * which there is no UTF-8 and so no token.
   *
   * @param name of the text, for the message
   * @throws MalformedTextException if there is half a character
   */
  public static String requireWhole(String name, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
          throw new MalformedTextException(
              "%s: half a character, \\u%04x, at %d (expected: whole characters)"
                  .formatted(name, (int) text.charAt(i), i));
        }
        i++;
      }
    }
    return text;
  }
}
