package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RotaryPairsTest {

  @Test
  void putsPairsSideBySideWithinEachHead() {
    float[] rows = {0, 1, 2, 3, 10, 11, 12, 13};
    assertThat(new RotaryPairs(4, 4).interleave(rows, 1))
        .containsExactly(0, 2, 1, 3, 10, 12, 11, 13);
  }

  @Test
  void leavesDimensionsThatDoNotTurnInPlace() {
    float[] rows = {0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15};
    assertThat(new RotaryPairs(6, 4).interleave(rows, 1))
        .containsExactly(0, 2, 1, 3, 4, 5, 10, 12, 11, 13, 14, 15);
    assertThat(new RotaryPairs(6, 0).interleave(rows, 1)).containsExactly(rows);
  }

  @Test
  void splitsWhatItInterleaved() {
    float[] rows = new float[2 * 8 * 3];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i;
    }
    RotaryPairs pairs = new RotaryPairs(8, 6);
    assertThat(pairs.split(pairs.interleave(rows, 3), 3)).containsExactly(rows);
  }
}
