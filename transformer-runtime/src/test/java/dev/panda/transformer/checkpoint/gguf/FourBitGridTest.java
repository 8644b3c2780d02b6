package dev.panda.transformer.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.panda.transformer.checkpoint.Float16;
import dev.panda.transformer.checkpoint.FourBitElements;
import dev.panda.transformer.checkpoint.FourBitGrid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the elements that are unpacked with those that are converted to float32. */
class FourBitGridTest {
  private static final int BLOCKS = 5;

  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q4_1", "Q4_K"})
  void unpacksWhatDecodingConverts(GgufType type) {
    byte[] source = new byte[BLOCKS * type.bytesPerBlock()];
    new Random(7).nextBytes(source);
    for (int block = 0; block < BLOCKS; block++) {
      ByteBuffer.wrap(source)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putShort(block * type.bytesPerBlock(), Float16.fromFloat(0.25f + block))
          .putShort(block * type.bytesPerBlock() + 2, Float16.fromFloat(-0.5f * block));
    }
    int elements = BLOCKS * type.elementsPerBlock();
    float[] expected = new float[elements];
    type.decode(source, 0, BLOCKS, expected, 0);

    FourBitElements unpacked = FourBitElements.room(elements);
    FourBitGrid grid = type.grid().orElseThrow();
    for (int block = 0; block < BLOCKS; block++) {
      grid.unpack(source, block * type.bytesPerBlock(), unpacked, block * type.elementsPerBlock());
    }

    for (int i = 0; i < elements; i++) {
      int group = i / FourBitElements.GROUP;
      int number = unpacked.numbers()[i];
      float scale = unpacked.scales()[group];
      assertThat(number).isBetween(0, 15);
      assertThat((number - 8) * scale + unpacked.middles()[group])
          .as("element %d", i)
          .isCloseTo(expected[i], within(1e-5f * (16 * scale + Math.abs(expected[i]))));
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"Q4_0", "Q4_1", "Q4_K"})
  void otherTypesHaveNoGrid(GgufType type) {
    assertThat(type.grid()).isEmpty();
  }
}
