package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.checkpoint.HuggingFaceConfig;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    assertThatThrownBy(() -> Decoder.load(new InitialWeights(large, 1), options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("numerics: float32 (expected: a smaller format or model; the")
        .hasMessageContaining("GB, and the machine has");
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
