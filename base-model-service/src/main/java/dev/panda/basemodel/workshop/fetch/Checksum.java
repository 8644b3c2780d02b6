package dev.panda.basemodel.workshop.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The expected hash of a file.
 *
 * @param algorithm as the Java platform names it
 * @param prefix what is hashed before the file's bytes
 * @param expected the hash, in hexadecimal
 */
public record Checksum(String algorithm, String prefix, String expected) {
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern SHA_1 = Pattern.compile("[0-9a-f]{40}");

  /** Whether a text is a SHA-256 in hexadecimal. */
  static boolean isSha256(String text) {
    return SHA_256.matcher(text.toLowerCase(Locale.ROOT)).matches();
  }

  /**
   * A SHA-256.
   *
   * @throws IllegalArgumentException if the text is none
   */
  public static Checksum sha256(String hex) {
    if (!isSha256(hex)) {
      throw new IllegalArgumentException("sha256: " + hex + " (expected: 64 hexadecimal digits)");
    }
    return new Checksum("SHA-256", "", hex.toLowerCase(Locale.ROOT));
  }

  /** Whether a text can be the name that git gives to a file's content. */
  static boolean isGitBlob(String text) {
    return SHA_1.matcher(text).matches();
  }

  /** The name that git gives to the content of a file. */
  static Checksum gitBlob(String hex, long size) {
    return new Checksum("SHA-1", "blob " + size + "\0", hex);
  }

  /** The hash of a file that is there. */
  String of(Path file) throws IOException {
    MessageDigest digest = digest();
    digest.update(prefix.getBytes(StandardCharsets.US_ASCII));
    try (InputStream bytes = new DigestInputStream(Files.newInputStream(file), digest)) {
      bytes.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private MessageDigest digest() {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(
          algorithm + ": missing (expected: in every Java platform)", e);
    }
  }
}
