package dev.panda.transformer.checkpoint;

import dev.panda.transformer.checkpoint.gguf.GgufCheckpoint;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Opens checkpoints of every format. */
public final class Checkpoints {
  private static final String EXPECTED =
      " (expected: a folder with config.json and *.safetensors, a folder with one *.gguf,"
          + " or a .gguf file)";

  /** The end of the name of a part of a split model. */
  private static final Pattern PART = Pattern.compile("-\\d{5}-of-\\d{5}\\.\\w+$");

  private Checkpoints() {}

  /**
   * Opens a Hugging Face folder, a folder that holds one GGUF file, or a GGUF file; the caller
   * closes it. Tensor data is read on demand.
   *
   * @throws CheckpointException if the path is none of these, or the checkpoint cannot be used
   */
  public static Checkpoint open(Path path) {
    if (Files.isRegularFile(path)) {
      return openFile(path);
    }
    if (!Files.isDirectory(path)) {
      throw new CheckpointException(path + ": no such file or folder" + EXPECTED);
    }
    if (Files.exists(path.resolve("config.json"))) {
      return SafetensorsCheckpoint.open(path);
    }
    List<Path> ggufs = ggufFiles(path);
    if (ggufs.size() > 1 && PART.matcher(ggufs.get(0).toString()).find()) {
      return GgufCheckpoint.open(ggufs.get(0)); // refuses the part, and says what to do
    }
    if (ggufs.size() != 1) {
      throw new CheckpointException(
          path + ": a folder with no config.json and " + ggufs.size() + " GGUF files" + EXPECTED);
    }
    return GgufCheckpoint.open(ggufs.get(0));
  }

  /** The GGUF files of a folder, by name. */
  public static List<Path> ggufFiles(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".gguf")).sorted().toList();
    } catch (IOException e) {
      throw new CheckpointException(folder + ": cannot be listed: " + e.getMessage(), e);
    }
  }

  private static Checkpoint openFile(Path file) {
    if (!file.toString().endsWith(".gguf")) {
      throw new CheckpointException(file + ": not the name of a checkpoint" + EXPECTED);
    }
    return GgufCheckpoint.open(file);
  }
}
