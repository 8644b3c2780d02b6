package dev.panda.transformer.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How SentencePiece writes its pieces: U+2581 for a space, {@code <0x0A>} for a lone byte. */
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
