package dev.panda.transformer.workshop.training;

import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.checkpoint.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 hashes of texts and conversations. */
public final class Hashes {
  private Hashes() {}

  public static MessageDigest sha256() {
    return Sha256.digest();
  }

  public static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }

  /** Adds a text and its length, so that different lists of texts have different hashes. */
  public static void update(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
    digest.update(bytes);
  }

  /** The hash of a seed, a conversation and further texts. */
  public static ByteBuffer of(long seed, List<ChatMessage> messages, String... more) {
    MessageDigest digest = sha256();
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, seed));
    for (ChatMessage message : messages) {
      update(digest, message.role());
      update(digest, message.content());
    }
    for (String text : more) {
      update(digest, text);
    }
    return ByteBuffer.wrap(digest.digest());
  }
}
