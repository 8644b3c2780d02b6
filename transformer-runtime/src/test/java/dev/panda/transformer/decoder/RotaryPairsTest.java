package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RotaryPairsTest {

  @Test
  void putsPairsSideBySideWithinEachHead() {
    float[] rows = {0, 1, 2, 3, 10, 11, 12, 13};
    assertThat(RotaryPairs.interleave(rows, 4, 1)).containsExactly(0, 2, 1, 3, 10, 12, 11, 13);
  }

  @Test
  void splitsWhatItInterleaved() {
    float[] rows = new float[2 * 8 * 3];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i;
    }
    assertThat(RotaryPairs.split(RotaryPairs.interleave(rows, 8, 3), 8, 3)).containsExactly(rows);
  }
}
