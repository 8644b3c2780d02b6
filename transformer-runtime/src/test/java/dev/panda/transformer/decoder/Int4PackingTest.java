package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the packing with PyTorch's. */
class Int4PackingTest {
  private static final DecoderOptions OPTIONS =
      new DecoderOptions(Numerics.INT4, "cpu", 1, true, List.of(), 8);

  @TempDir Path folder;

  @Test
  void packsAsPyTorchDoes() {
    TinyCheckpoint.llama(3).write(folder);
    try (Checkpoint checkpoint = Checkpoints.open(folder);
        DecoderModule module = DecoderModule.create(checkpoint.config(), 1, OPTIONS)) {
      Int4Packing packing = Int4Packing.of(module);
      for (int rows = 16; rows <= 208; rows += 16) {
        for (int columns : new int[] {32, 64, 160}) {
          byte[] numbers = numbers(rows * columns);
          byte[] packed = new byte[rows * columns / 2];

          packing.pack(numbers, rows, columns, packed);

          assertThat(packed)
              .as("%d × %d", rows, columns)
              .isEqualTo(module.packInt4(numbers, rows, columns));
        }
      }
    }
  }

  private static byte[] numbers(int count) {
    Random random = new Random(count);
    byte[] numbers = new byte[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (byte) random.nextInt(16);
    }
    return numbers;
  }
}
