package dev.panda.transformer.testing;

import dev.panda.transformer.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;

/** The bytes that a sequence of tokens stands for. */
public final class TokenBytes {
  private TokenBytes() {}

  public static byte[] of(Tokenizer tokenizer, int[] ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(tokenizer.bytes(id));
    }
    return bytes.toByteArray();
  }
}
