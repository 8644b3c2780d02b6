package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.transformer.checkpoint.FourBitElements;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundingTest {
  private static final int GROUP = FourBitElements.GROUP;

  /** A step of the grid, and what bfloat16 rounds off the scale and the middle. */
  private static final double INT4_ERROR = 0.5 + 16 * 0x1p-8;

  private static final double INT8_ERROR = 0.5 + 127 * 0x1p-8;

  @ParameterizedTest
  @ValueSource(floats = {1e-6f, 1, 1e6f})
  void int4IsWithinHalfAStep(float size) {
    float[] values = random(64 * GROUP, size);
    FourBitElements rounded = FourBitElements.room(values.length);

    Rounding.toInt4(values, 64, rounded);

    for (int i = 0; i < values.length; i++) {
      float scale = rounded.scales()[i / GROUP];
      float value = (rounded.numbers()[i] - 8) * scale + rounded.middles()[i / GROUP];
      assertThat(rounded.numbers()[i]).isBetween((byte) 0, (byte) 15);
      assertThat(Math.abs(value - values[i]) / scale).isLessThanOrEqualTo((float) INT4_ERROR);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {1e-6f, 1, 1e6f})
  void int8IsWithinHalfAStep(float size) {
    float[] values = random(8 * 100, size);
    byte[] numbers = new byte[values.length];
    float[] scales = new float[8];

    Rounding.toInt8(values, 8, 100, numbers, scales);

    for (int i = 0; i < values.length; i++) {
      float scale = scales[i / 100];
      assertThat(Math.abs(numbers[i] * scale - values[i]) / scale)
          .isLessThanOrEqualTo((float) INT8_ERROR);
    }
  }

  @Test
  void zerosStayZeros() {
    FourBitElements rounded = FourBitElements.room(GROUP);
    Rounding.toInt4(new float[GROUP], 1, rounded);
    byte[] numbers = new byte[GROUP];
    Rounding.toInt8(new float[GROUP], 1, GROUP, numbers, new float[1]);

    assertThat((rounded.numbers()[3] - 8) * rounded.scales()[0] + rounded.middles()[0])
        .isBetween(-1e-10f, 1e-10f);
    assertThat(numbers).containsOnly(0);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void aNumberThatIsNotFiniteShowsInTheScale(float bad) {
    float[] values = random(2 * GROUP, 1);
    values[GROUP + 5] = bad;
    FourBitElements int4 = FourBitElements.room(values.length);
    float[] scales = new float[2];

    Rounding.toInt4(values, 2, int4);
    Rounding.toInt8(values, 2, GROUP, new byte[values.length], scales);

    assertThat(int4.scales()[0]).isFinite();
    assertThat(Float.isFinite(int4.scales()[1])).isFalse();
    assertThat(scales[0]).isFinite();
    assertThat(Float.isFinite(scales[1])).isFalse();
  }

  private static float[] random(int count, float size) {
    Random random = new Random(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian() * size;
    }
    return values;
  }
}
