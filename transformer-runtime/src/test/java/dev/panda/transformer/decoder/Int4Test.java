package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.TensorData;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsWriter;
import dev.panda.transformer.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests four-bit weights. */
class Int4Test {
  private static final int GROUP = 32;

  /** Each linear layer rounds activations to bfloat16; weights on the grid are exact. */
  private static final double TOLERANCE = 0.02;

  @TempDir Path folder;

  /** The wide model has matrices that are loaded in several slices. */
  @ParameterizedTest
  @CsvSource({"32, 64, true", "512, 1088, false"})
  void keepsWeightsThatLieOnAGridOfSixteen(int hidden, int intermediate, boolean tied) {
    TinyCheckpoint tiny =
        TinyCheckpoint.llama(3).hiddenSize(hidden).intermediateSize(intermediate).tied(tied);
    tiny.write(folder);
    Map<String, TensorData> tensors = tiny.tensors();
    tensors.replaceAll((name, tensor) -> name.endsWith("proj.weight") ? onGrid(tensor) : tensor);
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());

    float[] expected = logits(Numerics.FLOAT32);
    float[] actual = logits(Numerics.INT4);

    double spread = spread(expected);
    assertThat(spread).isPositive();
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat((actual[i] - expected[i]) / spread)
          .as("logit %d", i)
          .isCloseTo(0, within(TOLERANCE));
    }
  }

  @Test
  void refusesMatricesThatDoNotDivide() {
    TinyCheckpoint.llama(3).write(folder);

    assertThatThrownBy(() -> logits(Numerics.INT4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("numerics: int4 (expected: another")
        .hasMessageContaining("32 × 48")
        .hasMessageContaining("16 × 32");
  }

  /** Weights on a grid of sixteen values, with a different middle and scale for each group. */
  private static TensorData onGrid(TensorData tensor) {
    Random random = new Random(tensor.values().length);
    float[] values = new float[tensor.values().length];
    for (int start = 0; start < values.length; start += GROUP) {
      float scale = (float) Math.scalb(1.0, -6 - random.nextInt(3));
      float middle = (random.nextInt(9) - 4) * scale;
      for (int i = 0; i < GROUP; i++) {
        int q = i < 2 ? 15 * i : random.nextInt(16);
        values[start + i] = (q - 8) * scale + middle;
      }
    }
    return new TensorData(tensor.type(), tensor.shape(), values);
  }

  private static double spread(float[] logits) {
    float[] sorted = logits.clone();
    Arrays.sort(sorted);
    return (double) sorted[sorted.length - 1] - sorted[0];
  }

  /** The logits of all tokens, by id. */
  private float[] logits(Numerics numerics) {
    DecoderOptions options = new DecoderOptions(numerics, "cpu", 1, true, List.of(), 8);
    try (Checkpoint checkpoint = Checkpoints.open(folder);
        Decoder decoder = Decoder.load(checkpoint, options);
        KvCache cache = decoder.newCache(8)) {
      StepInput input = new StepInput(cache, 0, new int[] {5, 9, 2, 7}, new int[0], true);
      NextTokens next =
          decoder.step(List.of(input), checkpoint.config().vocabSize()).get(0).next().get(0);
      float[] logits = new float[next.ids().length];
      for (int i = 0; i < logits.length; i++) {
        logits[next.ids()[i]] = next.logits()[i];
      }
      return logits;
    }
  }
}
