package dev.panda.transformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Float16Test {

  @Test
  void everyHalfSurvivesTheRoundTrip() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = Float16.toFloat((short) bits);
      if (!Float.isNaN(value)) {
        assertThat(Float16.fromFloat(value)).as("bits %x", bits).isEqualTo((short) bits);
      }
    }
  }

  @Test
  void keepsNotANumber() {
    assertThat(Float16.toFloat((short) 0x7e01)).isNaN();
    assertThat(Float16.toFloat(Float16.fromFloat(Float.NaN))).isNaN();
  }

  @Test
  void roundsTiesToEven() {
    assertThat(Float16.toFloat(Float16.fromFloat(2049))).isEqualTo(2048);
    assertThat(Float16.toFloat(Float16.fromFloat(2051))).isEqualTo(2052);
    assertThat(Float16.toFloat(Float16.fromFloat(0x1p-25f))).isZero();
    assertThat(Float16.toFloat(Float16.fromFloat(0x1.8p-24f))).isEqualTo(0x1p-23f);
  }

  @Test
  void overflowsToInfinity() {
    assertThat(Float16.toFloat(Float16.fromFloat(65519))).isEqualTo(65504);
    assertThat(Float16.toFloat(Float16.fromFloat(-65520))).isEqualTo(Float.NEGATIVE_INFINITY);
  }
}
