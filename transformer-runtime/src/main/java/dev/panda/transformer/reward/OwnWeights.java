package dev.panda.transformer.reward;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.adapter.AdaptedCheckpoint;
import dev.panda.transformer.checkpoint.adapter.AdapterFolder;
import dev.panda.transformer.checkpoint.adapter.LowRankAdapter;
import dev.panda.transformer.checkpoint.adapter.ReplacedTensors;
import dev.panda.transformer.checkpoint.safetensors.Safetensors;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Weights in a reward model's folder that replace its backbone's: a low-rank adapter in PEFT's
 * files, or {@code model.safetensors} with whole tensors under their Hugging Face names.
 */
public final class OwnWeights {
  private static final String TENSORS = "model.safetensors";

  private OwnWeights() {}

  /**
   * Opens the backbone with a reward model's own weights; the caller closes it before the backbone.
   *
   * @param backbone its checkpoint, which must stay open while the result is in use
   * @param method other than {@link TrainingMethod#HEAD}
   * @throws CheckpointException if the weights are missing or do not fit the backbone
   */
  public static Checkpoint over(Checkpoint backbone, Path folder, TrainingMethod method) {
    if (method == TrainingMethod.LOW_RANK) {
      return new AdaptedCheckpoint(backbone, AdapterFolder.read(folder), folder);
    }
    return new ReplacedTensors(backbone, Safetensors.open(folder.resolve(TENSORS)));
  }

  /** Writes a low-rank adapter; creates the folder if needed. */
  public static void write(Path folder, LowRankAdapter adapter, String backbone) {
    AdapterFolder.write(folder, adapter, backbone);
  }

  /** Writes whole tensors by their Hugging Face names; creates the folder if needed. */
  public static void write(Path folder, Map<String, TensorData> tensors) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new CheckpointException(folder + ": cannot be created: " + e.getMessage(), e);
    }
    SafetensorsWriter.write(folder.resolve(TENSORS), tensors, Map.of("format", "pt"));
  }

  /**
   * Copies the files of own weights, if any, from a reward model's folder; creates the target
   * folder if needed.
   *
   * @throws CheckpointException if they cannot be copied
   */
  public static void copy(Path folder, Path other) {
    try {
      Files.createDirectories(other);
      for (Path file : files(folder)) {
        Files.copy(file, other.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new CheckpointException(other + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /** The files of own weights in a folder, by name. */
  public static List<Path> files(Path folder) {
    return Stream.concat(AdapterFolder.files(folder).stream(), Stream.of(folder.resolve(TENSORS)))
        .filter(Files::isRegularFile)
        .toList();
  }
}
