package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitialWeightsTest {
  private static final String MATRIX = "model.layers.0.mlp.up_proj.weight";

  @TempDir Path folder;

  @Test
  void rowsAreThoseOfTheWholeTensor() {
    TinyCheckpoint.llama(1).write(folder);
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      InitialWeights weights = new InitialWeights(checkpoint.config(), 7);
      float[] whole = new InitialWeights(checkpoint.config(), 7).read(MATRIX);
      int columns = weights.tensors().get(MATRIX).columns();
      float[] rows = new float[3 * columns];

      weights.readRows(MATRIX, 2, 1, rows, 0);
      weights.read("model.layers.0.self_attn.o_proj.weight");
      weights.readRows(MATRIX, 5, 2, rows, columns);
      weights.read(MATRIX)[0] = 9;

      assertThat(Arrays.copyOf(rows, columns))
          .isEqualTo(Arrays.copyOfRange(whole, 2 * columns, 3 * columns));
      assertThat(Arrays.copyOfRange(rows, columns, 3 * columns))
          .isEqualTo(Arrays.copyOfRange(whole, 5 * columns, 7 * columns));
      assertThat(weights.read(MATRIX)).isEqualTo(whole);
    }
  }
}
