package dev.panda.basemodel.workshop.training;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.TensorInfo;
import dev.panda.transformer.decoder.TrainableDecoder;
import dev.panda.transformer.workshop.training.SavedState;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Saves the state of a training with its float32 weights and moments. */
final class StateFile {
  private StateFile() {}

  /**
   * @param settings all settings that the weights depend on, by name
   */
  static void write(
      Path file, TrainableDecoder decoder, TrainingState state, Map<String, String> settings) {
    Map<String, TensorData> tensors = new LinkedHashMap<>(decoder.tensors(ScalarType.F32));
    tensors.putAll(decoder.moments());
    SavedState.write(file, tensors, state, settings);
  }

  /** An interrupted training, as a checkpoint of its weights. */
  record Saved(SavedState<TrainingState> saved, ModelConfig config) implements Checkpoint {

    TrainingState state() {
      return saved.state();
    }

    @Override
    public Path path() {
      return saved.file().path();
    }

    @Override
    public Map<String, TensorInfo> tensors() {
      return saved.file().tensors();
    }

    @Override
    public float[] read(String name) {
      return saved.file().read(name);
    }

    @Override
    public void readRows(String name, int first, int rows, float[] target, int at) {
      saved.file().readRows(name, first, rows, target, at);
    }

    @Override
    public void close() {
      saved.close();
    }
  }

  /**
   * Opens a file from {@link #write}; the caller closes it.
   *
   * @param config of the model in training
   * @throws dev.panda.transformer.workshop.training.TrainingException if the file is not a saved
   *     state
   */
  static Saved open(Path path, ModelConfig config) {
    return new Saved(SavedState.open(path, TrainingState.class, "train-base"), config);
  }
}
