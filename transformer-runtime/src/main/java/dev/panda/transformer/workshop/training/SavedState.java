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
 * All that an interrupted training needs to go on: one safetensors file of weights and moments, and
 * in its metadata the state and the settings. It appears whole or not at all.
 *
 * @param file open for reading, closed with this
 * @param state how far training was
 * @param settings all that the weights depend on, by the names that messages use
 */
public record SavedState<S>(Safetensors file, S state, Map<String, String> settings)
    implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String STATE = "state";
  private static final String SETTINGS = "settings";

  /**
   * Writes a state over the one before.
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
   * Opens what {@link #write} wrote; the caller closes it.
   *
   * @param command that wrote it, for the message of an error
   * @throws TrainingException if it is no such file
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
          path + ": not a state of " + command, "Take it away to begin anew.", e);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Refuses to go on with other settings.
   *
   * @param now the settings that training is to go on with
   * @throws TrainingException if one is not what it was
   */
  public void requireSettings(Map<String, String> now) {
    now.forEach(
        (name, value) -> {
          String before = settings.get(name);
          if (!value.equals(before)) {
            throw new TrainingException(
                "%s: begun with another %s: %s (now: %s)"
                    .formatted(file.path().getParent(), name, before, value),
                "Give the settings it was begun with, or take that folder away to begin anew.");
          }
        });
  }

  /** Deletes the files that a kill left half written in a folder. */
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
