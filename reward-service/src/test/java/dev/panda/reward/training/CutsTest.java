package dev.panda.reward.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CutsTest {

  @Test
  void keepsAShareOfTheTokensAndTheEndTokenOfTheWholeAlone() {
    assertThat(Cuts.ends(10, 8, true)).containsExactly(19, 16, 14, 12);
    assertThat(Cuts.ends(10, 8, false)).containsExactly(18, 16, 14, 12);
  }

  @Test
  void roundsUp() {
    assertThat(Cuts.ends(0, 7, false)).containsExactly(7, 6, 4, 2);
  }

  @Test
  void keepsATokenOfTheShortest() {
    assertThat(Cuts.ends(3, 1, true)).containsExactly(5, 4, 4, 4);
  }

  @Test
  void noCutIsLongerThanTheOneBefore() {
    for (int length = 1; length < 300; length++) {
      int[] ends = Cuts.ends(5, length, true);
      int[] descending = Arrays.stream(ends).map(end -> -end).sorted().map(end -> -end).toArray();
      assertThat(ends).isEqualTo(descending);
      assertThat(ends[3]).isGreaterThan(5);
    }
  }
}
