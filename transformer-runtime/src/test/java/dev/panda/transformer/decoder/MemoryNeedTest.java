package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.HuggingFaceConfig;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.checkpoint.TensorInfo;
import dev.panda.transformer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryNeedTest {
  @TempDir Path folder;

  /**
   * @param embedding bytes for each weight of the embedding
   * @param head bytes for each weight of the head
   */
  @ParameterizedTest
  @CsvSource({
    "FLOAT32, true, 4, 0",
    "BFLOAT16, true, 2, 0",
    "FLOAT16, true, 2, 2",
    "INT8, true, 1, 0",
    "INT8, false, 1, 1"
  })
  void countsTheVocabularyOnceIfItIsShared(
      Numerics numerics, boolean tied, long embedding, long head) throws IOException {
    ModelConfig config = config(TinyCheckpoint.llama(1).tied(tied));
    long vocabulary = (long) config.vocabSize() * config.hiddenSize();
    long without = MemoryNeed.weights(config, 1, false, numerics, false);

    assertThat(MemoryNeed.weights(config, 1, true, numerics, false) - without)
        .isEqualTo(vocabulary * head);
    assertThat(MemoryNeed.weights(config, 0, false, numerics, false))
        .isEqualTo(vocabulary * embedding);
  }

  @Test
  void refusesAModelThatIsLargerThanTheMachineBeforeItIsRead() throws IOException {
    ModelConfig large = config(TinyCheckpoint.llama(1).vocabSize(1 << 22).hiddenSize(1 << 14));
    DecoderOptions options = new DecoderOptions(Numerics.FLOAT32, "cpu", 1, true, List.of(), 8);

    assertThatThrownBy(() -> Decoder.load(new Unread(large), options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "numerics: float32 (expected: a smaller format, model or cache; weights of 549.8 GB and a cache of"
                + " 0.0 GB for 8 tokens take 549.8 GB, and the machine has ");
  }

  @Test
  void refusesACacheThatIsLargerThanTheMachine() throws IOException {
    ModelConfig config = config(TinyCheckpoint.llama(1).heads(1 << 13, 1 << 13, 1 << 13));
    DecoderOptions options =
        new DecoderOptions(Numerics.FLOAT32, "cpu", 1, false, List.of(), Integer.MAX_VALUE);

    assertThatThrownBy(() -> MemoryNeed.requireFits(config, 2, options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(" for 2147483647 tokens take ")
        .hasMessageContaining("GB, and the machine has ");
  }

  @Test
  void refusesATrainingThatIsLargerThanTheMachineBeforeItReads() throws IOException {
    Unread large =
        new Unread(config(TinyCheckpoint.llama(1).vocabSize(1 << 23).hiddenSize(1 << 14)));

    assertThatThrownBy(() -> TrainableDecoder.load(large, "cpu", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "model: weights of 1099.5 GB in float32 (expected: a smaller model or context;")
        .hasMessageContaining("take 4398.2 GB, and the machine has");
    TrainableReward.Readout readout =
        new TrainableReward.Readout(1, new float[1 << 14], new float[1 << 14]);
    assertThatThrownBy(() -> TrainableReward.load(large, Optional.empty(), readout, "cpu", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("take 2199.1 GB, and the machine has");
    ModelConfig endless = config(TinyCheckpoint.llama(1).context(Integer.MAX_VALUE));
    assertThatThrownBy(() -> TrainableDecoder.load(new Unread(endless), "cpu", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rotations of 2147483647 positions take 137.4 GB");
  }

  /** A checkpoint whose weights must not be read. */
  private record Unread(ModelConfig config) implements Checkpoint {
    @Override
    public Path path() {
      return Path.of("unread");
    }

    @Override
    public Map<String, TensorInfo> tensors() {
      throw new AssertionError("read");
    }

    @Override
    public float[] read(String name) {
      throw new AssertionError("read");
    }

    @Override
    public void readRows(String name, int first, int rows, float[] target, int at) {
      throw new AssertionError("read");
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @CsvSource({"32, 4, 64, true", "32, 4, 48, false", "40, 5, 64, false", "32, 1, 64, false"})
  void tellsWhichModelsAFormatHoldsByTheirShapesAlone(
      int hidden, int heads, int feedForward, boolean holds) throws IOException {
    ModelConfig config =
        config(
            TinyCheckpoint.llama(1)
                .hiddenSize(hidden)
                .heads(heads, heads, 8)
                .intermediateSize(feedForward));
    if (holds) {
      Numerics.INT4.check(config, false);
    } else {
      assertThatThrownBy(() -> Numerics.INT4.check(config, false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("numerics: int4 (expected: another format; the model has");
    }
    Numerics.INT8.check(config, false);
    assertThatThrownBy(() -> Numerics.INT8.check(config, true))
        .hasMessage("numerics: int8 (expected: float32, bfloat16 or float16 on a GPU)");
  }

  private ModelConfig config(TinyCheckpoint tiny) throws IOException {
    Files.writeString(folder.resolve("config.json"), tiny.config().toString());
    return HuggingFaceConfig.read(folder);
  }
}
