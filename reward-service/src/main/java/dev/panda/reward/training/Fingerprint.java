package dev.panda.reward.training;

import dev.panda.transformer.training.Hashes;
import dev.panda.transformer.training.TrainingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;

/** SHA-256 of what training stands on. */
public final class Fingerprint {
  private Fingerprint() {}

  /**
   * Fingerprint of a checkpoint: its weights and configuration, whatever the folder is called.
   *
   * @param checkpoint a folder or one file
   * @return in hexadecimal
   * @throws TrainingException if it cannot be read
   */
  public static String ofCheckpoint(Path checkpoint) {
    MessageDigest digest = Hashes.sha256();
    try {
      for (Path file : weightFiles(checkpoint)) {
        try (InputStream in = Files.newInputStream(file);
            DigestOutputStream out =
                new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
          in.transferTo(out);
        }
      }
    } catch (IOException e) {
      throw new TrainingException(checkpoint + ": cannot be read: " + e.getMessage(), e);
    }
    return Hashes.hex(digest.digest());
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
