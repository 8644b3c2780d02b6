package dev.panda.transformer.workshop.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.safetensors.Safetensors;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Everything needed to resume an interrupted training: one safetensors file with weights and
 * moments, and in its metadata the state and the settings. The file appears complete or not at all.
 *
 * @param file open for reading; closed with this object
 * @param state progress of the training
 * @param settings all settings that the weights depend on, by their names in messages
 */
public record SavedState<S>(Safetensors file, S state, Map<String, String> settings)
    implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String STATE = "state";
  private static final String SETTINGS = "settings";

  /**
   * Writes a state, replacing the previous one.
   *
   * @param state a record that Jackson can write and read
   */
  public static void write(
      Path file, Map<String, TensorData> tensors, Object state, Map<String, String> settings) {
    try {
      SafetensorsWriter.write(
          file,
          tensors,
          Map.of(
              STATE, JSON.writeValueAsString(state),
              SETTINGS, JSON.writeValueAsString(settings)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("state: not JSON", e);
    }
  }

  /**
   * Opens a file from {@link #write}; the caller closes it.
   *
   * @param command the command that wrote it, for error messages
   * @throws TrainingException if the file is not a saved state
   */
  public static <S> SavedState<S> open(Path path, Class<S> state, String command) {
    Safetensors file = Safetensors.open(path);
    try {
      Map<String, String> metadata = file.metadata();
      return new SavedState<>(
          file,
          JSON.readValue(metadata.getOrDefault(STATE, ""), state),
          JSON.readValue(metadata.getOrDefault(SETTINGS, ""), new TypeReference<>() {}));
    } catch (JsonProcessingException e) {
      file.close();
      throw new TrainingException(
          path + ": not a saved state of " + command, "Delete it to start from the beginning.", e);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Refuses to resume with other settings.
   *
   * @param now the settings for the resumed training
   * @throws TrainingException if a setting differs
   */
  public void requireSettings(Map<String, String> now) {
    now.forEach(
        (name, value) -> {
          String before = settings.get(name);
          if (!value.equals(before)) {
            throw new TrainingException(
                "%s: started with another %s: %s (now: %s)"
                    .formatted(file.path().getParent(), name, before, value),
                "Use the settings it was started with, or delete that folder to start from the beginning.");
          }
        });
  }

  /** Deletes partly written files that a killed process left in a folder. */
  public static void removePartial(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*.partial")) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
