package dev.panda.transformer.checkpoint;

import dev.panda.transformer.checkpoint.gguf.GgufCheckpoint;
import dev.panda.transformer.checkpoint.gguf.GgufFiles;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Opens checkpoints of every format. */
public final class Checkpoints {
  private static final String EXPECTED =
      " (expected: a folder with config.json and *.safetensors, a folder with one GGUF model,"
          + " or a .gguf file)";

  private Checkpoints() {}

  /**
   * Opens a Hugging Face folder, a folder that holds one GGUF model, or a GGUF file, which may be
   * any part of a split model; the caller closes it. Tensor data is read on demand.
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
    if (ggufs.size() != 1) {
      throw new CheckpointException(
          path + ": a folder with no config.json and " + ggufs.size() + " GGUF models" + EXPECTED);
    }
    return GgufCheckpoint.open(path, ggufs.get(0));
  }

  /** The GGUF files of a folder, by name; of a split model the first part. */
  public static List<Path> ggufFiles(Path folder) {
    return GgufFiles.in(folder);
  }

  private static Checkpoint openFile(Path file) {
    if (!GgufFiles.isNamed(file)) {
      throw new CheckpointException(file + ": not the name of a checkpoint" + EXPECTED);
    }
    return GgufCheckpoint.open(file, file);
  }
}
