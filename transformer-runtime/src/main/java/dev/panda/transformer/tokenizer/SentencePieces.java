package dev.panda.transformer.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decodes SentencePiece's pieces: U+2581 is a space, {@code <0x0A>} a single byte. */
final class SentencePieces {
  static final String SPACE = "\u2581";
  private static final Pattern BYTE = Pattern.compile("<0x([0-9A-F]{2})>");

  private SentencePieces() {}

  static byte[] bytes(String piece) {
    Matcher matcher = BYTE.matcher(piece);
    if (matcher.matches()) {
      return new byte[] {(byte) Integer.parseInt(matcher.group(1), 16)};
    }
    return piece.replace(SPACE, " ").getBytes(StandardCharsets.UTF_8);
  }
}
