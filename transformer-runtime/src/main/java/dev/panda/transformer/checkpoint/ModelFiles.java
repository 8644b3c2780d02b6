package dev.panda.transformer.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.panda.transformer.checkpoint.gguf.GgufFiles;
import dev.panda.transformer.text.MalformedTextException;
import dev.panda.transformer.text.Utf8;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds and reads the files of a model other than its weights. */
public final class ModelFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ModelFiles() {}

  /**
   * The GGUF file that describes the model: the model itself, or the one of a directory, unless the
   * directory is a Hugging Face checkpoint with its tokenizer. Of a split model it is the first
   * part.
   *
   * @throws CheckpointException if the model does not exist, or the directory has several GGUF
   *     models
   */
  public static Optional<Path> gguf(Path model) {
    if (Files.isRegularFile(model)) {
      return Optional.of(GgufFiles.first(model));
    }
    if (!Files.isDirectory(model)) {
      throw new CheckpointException(model + ": no such file or directory (expected: a model)");
    }
    if (Files.exists(model.resolve("tokenizer.json"))
        && Files.exists(model.resolve("config.json"))) {
      return Optional.empty();
    }
    List<Path> files = GgufFiles.in(model);
    if (files.size() > 1) {
      throw new CheckpointException(
          model + ": " + files.size() + " GGUF models (expected: one, or the path of the file)");
    }
    return files.stream().findFirst();
  }

  public static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new CheckpointException(file + ": not readable as JSON: " + e.getMessage(), e);
    }
  }

  public static String text(Path file) {
    try {
      return Utf8.read(file);
    } catch (IOException | MalformedTextException e) {
      throw new CheckpointException(file + ": not readable as UTF-8: " + e.getMessage(), e);
    }
  }
}
