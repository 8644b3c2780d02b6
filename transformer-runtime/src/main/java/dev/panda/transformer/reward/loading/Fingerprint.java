package dev.panda.transformer.reward.loading;

import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.Sha256;
import dev.panda.transformer.reward.OwnWeights;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** SHA-256 fingerprints of the weights that reward models read. */
public final class Fingerprint {
  private Fingerprint() {}

  /**
   * Fingerprint of a checkpoint's weights and configuration; independent of the folder's name.
   *
   * @param checkpoint a folder or one file
   * @return in hexadecimal
   * @throws CheckpointException if it cannot be read
   */
  public static String ofCheckpoint(Path checkpoint) {
    try {
      return ofFiles(weightFiles(checkpoint));
    } catch (IOException e) {
      throw new CheckpointException(checkpoint + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Fingerprint of a file's bytes. */
  public static String ofFile(Path file) throws IOException {
    return ofFiles(List.of(file));
  }

  /**
   * Fingerprint of a backbone in which a reward model's own weights replace the original ones.
   *
   * @param backbone the backbone's fingerprint, which is returned if there are no own weights
   * @param ownWeights the reward model's folder
   * @throws CheckpointException if they cannot be read
   */
  public static String of(String backbone, Optional<Path> ownWeights) {
    if (ownWeights.isEmpty()) {
      return backbone;
    }
    try {
      return backbone + " " + ofFiles(OwnWeights.files(ownWeights.get()));
    } catch (IOException e) {
      throw new CheckpointException(ownWeights.get() + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static String ofFiles(List<Path> files) throws IOException {
    MessageDigest digest = Sha256.digest();
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file);
          DigestOutputStream out =
              new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
        in.transferTo(out);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static List<Path> weightFiles(Path checkpoint) throws IOException {
    if (Files.isRegularFile(checkpoint)) {
      return List.of(checkpoint);
    }
    try (Stream<Path> files = Files.list(checkpoint)) {
      return files.filter(Fingerprint::isWeights).sorted().toList();
    }
  }

  private static boolean isWeights(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".safetensors") || name.endsWith(".gguf") || name.equals("config.json");
  }
}
