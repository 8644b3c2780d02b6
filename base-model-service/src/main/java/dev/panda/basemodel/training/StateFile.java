package dev.panda.basemodel.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.TensorInfo;
import dev.panda.transformer.checkpoint.safetensors.Safetensors;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import dev.panda.transformer.decoder.TrainableDecoder;
import dev.panda.transformer.training.TrainingException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All that training needs to go on: one safetensors file of float32 weights, moments, and in its
 * metadata the state and the settings. It appears whole or not at all.
 */
final class StateFile {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String STATE = "state";
  private static final String SETTINGS = "settings";

  private StateFile() {}

  /**
   * @param settings all that the weights depend on, by name
   */
  static void write(
      Path file, TrainableDecoder decoder, TrainingState state, Map<String, String> settings) {
    Map<String, TensorData> tensors = new LinkedHashMap<>(decoder.tensors(ScalarType.F32));
    tensors.putAll(decoder.moments());
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
   * An interrupted training. It is a checkpoint of its weights.
   *
   * @param settings all that the weights depend on, by name
   */
  record Saved(
      Safetensors file, ModelConfig config, TrainingState state, Map<String, String> settings)
      implements Checkpoint {

    @Override
    public Path path() {
      return file.path();
    }

    @Override
    public Map<String, TensorInfo> tensors() {
      return file.tensors();
    }

    @Override
    public float[] read(String name) {
      return file.read(name);
    }

    @Override
    public void close() {
      file.close();
    }
  }

  /**
   * Opens what {@link #write} wrote; the caller closes it.
   *
   * @param config of the model that is trained
   * @throws TrainingException if it is no such file
   */
  static Saved open(Path path, ModelConfig config) {
    Safetensors file = Safetensors.open(path);
    try {
      Map<String, String> metadata = file.metadata();
      return new Saved(
          file,
          config,
          JSON.readValue(metadata.getOrDefault(STATE, ""), TrainingState.class),
          JSON.readValue(metadata.getOrDefault(SETTINGS, ""), new TypeReference<>() {}));
    } catch (JsonProcessingException e) {
      file.close();
      throw new TrainingException(
          path + ": not a state of train-base", "Take it away to begin anew.", e);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }
}
