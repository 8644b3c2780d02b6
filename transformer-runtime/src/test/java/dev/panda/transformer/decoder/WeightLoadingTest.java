package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import dev.panda.transformer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every loader refuses a checkpoint with invalid weights. */
class WeightLoadingTest {
  private static final String DOWN = "model.layers.1.mlp.down_proj.weight";
  private static final DecoderOptions SERVED =
      new DecoderOptions(Numerics.FLOAT32, "cpu", 1, true, List.of(), 256);
  private static final DecoderOptions READ_AFTER_THE_FIRST_BLOCK =
      new DecoderOptions(
          Numerics.FLOAT32, "cpu", 1, false, List.of(new Projection(1, new float[32])), 256);

  /** A class that loads weights. */
  enum Loader {
    SERVING {
      @Override
      void load(Checkpoint checkpoint) {
        Decoder.load(checkpoint, SERVED).close();
      }
    },
    TRAINING {
      @Override
      void load(Checkpoint checkpoint) {
        TrainableDecoder.load(checkpoint, "cpu", 1).close();
      }
    };

    abstract void load(Checkpoint checkpoint);
  }

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void refusesATransposedMatrix(Loader loader) {
    write(DOWN, down -> new TensorData(ScalarType.F32, List.of(48, 32), down.values()));
    assertRefused(loader, "shape [48, 32] (expected: [32, 48])");
  }

  @ParameterizedTest
  @EnumSource
  void refusesAMatrixOfAnotherSize(Loader loader) {
    write(DOWN, down -> new TensorData(ScalarType.F32, List.of(32, 47), new float[32 * 47]));
    assertRefused(loader, "shape [32, 47] (expected: [32, 48])");
  }

  @ParameterizedTest
  @EnumSource
  void namesATensorThatIsMissing(Loader loader) {
    write(DOWN, down -> null);
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      assertThatThrownBy(() -> loader.load(checkpoint))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(folder + ": tensor " + DOWN + ": missing (expected: shape [32, 48])");
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesWeightsThatAreNoNumbers(Loader loader) {
    write(DOWN, down -> with(down, 5, Float.NaN));
    assertRefused(loader, "element 5: NaN (expected: a finite number)");
    write("model.norm.weight", norm -> with(norm, 0, Float.NEGATIVE_INFINITY));
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      assertThatThrownBy(() -> loader.load(checkpoint))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("tensor model.norm.weight: element 0: -Infinity");
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesAnUnknownTypeBeforeItReadsWeights(Loader loader) throws IOException {
    write("model.embed_tokens.weight", embedding -> with(embedding, 0, Float.NaN));
    Path file = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String entry = "\"" + DOWN + "\":{\"dtype\":\"";
    bytes[text.indexOf(entry) + entry.length()] = 'I'; // F32 becomes I32
    Files.write(file, bytes);
    assertRefused(
        loader,
        "type I32 (expected: one of [F32, F16, BF16]; take the model in one of these, or as GGUF)");
  }

  @Test
  void doesNotAskForBlocksThatAreNotRead() {
    write(DOWN, down -> null);
    try (Checkpoint checkpoint = Checkpoints.open(folder);
        Decoder decoder = Decoder.load(checkpoint, READ_AFTER_THE_FIRST_BLOCK)) {
      assertThat(decoder.config().numHiddenLayers()).isEqualTo(2);
    }
  }

  private void assertRefused(Loader loader, String found) {
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      assertThatThrownBy(() -> loader.load(checkpoint))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(folder.resolve("model.safetensors") + ": tensor " + DOWN + ": " + found);
    }
  }

  private void write(String name, UnaryOperator<TensorData> change) {
    TinyCheckpoint.llama(1).write(folder);
    Map<String, TensorData> tensors = TinyCheckpoint.llama(1).tensors();
    tensors.computeIfPresent(name, (key, tensor) -> change.apply(tensor));
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
  }

  private static TensorData with(TensorData tensor, int index, float value) {
    float[] values = tensor.values().clone();
    values[index] = value;
    return new TensorData(tensor.type(), tensor.shape(), values);
  }
}
