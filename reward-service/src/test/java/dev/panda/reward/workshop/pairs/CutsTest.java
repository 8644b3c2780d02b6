package dev.panda.reward.workshop.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CutsTest {

  @Test
  void keepsAShareOfTheTokensAndTheEndTokenOfTheWholeAlone() {
    assertThat(Cuts.all(10, 8, true)).containsExactly(19, 17, 16, 15, 14, 13, 12, 11);
    assertThat(Cuts.all(10, 8, false)).containsExactly(18, 17, 16, 15, 14, 13, 12, 11);
  }

  @Test
  void roundsUp() {
    assertThat(Cuts.evaluated(Cuts.all(0, 7, false))).containsExactly(7, 6, 4, 2);
  }

  @Test
  void keepsATokenOfTheShortest() {
    assertThat(Cuts.all(3, 1, true)).containsExactly(5, 4, 4, 4, 4, 4, 4, 4);
  }

  @Test
  void noCutIsLongerThanTheOneBefore() {
    for (int length = 1; length < 300; length++) {
      int[] ends = Cuts.all(5, length, true);
      int[] descending = Arrays.stream(ends).map(end -> -end).sorted().map(end -> -end).toArray();
      assertThat(ends).isEqualTo(descending);
      assertThat(ends[Cuts.PARTS - 1]).isGreaterThan(5);
    }
  }
}
