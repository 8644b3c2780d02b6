package dev.panda.transformer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RoundBudgetTest {
  private static final long MILLISECOND = 1_000_000;
  private final RoundBudget budget = new RoundBudget(512, Duration.ofMillis(500));

  @Test
  void anythingGoesUntilARoundHasTakenItsTime() {
    assertThat(budget.rows(1)).isEqualTo(512);
  }

  @Test
  void roundsAreAsLongAsTheyMayBe() {
    budget.took(100, 400 * MILLISECOND);

    assertThat(budget.rows(1)).isEqualTo(125);
    assertThat(budget.rows(0)).isEqualTo(500);
  }

  @Test
  void smallRoundsSayLittleOfLargeOnes() {
    budget.took(100, 400 * MILLISECOND);
    budget.took(3, 300 * MILLISECOND);

    assertThat(budget.rows(1)).isEqualTo(125);
  }

  @Test
  void laterRoundsCountMore() {
    budget.took(100, 400 * MILLISECOND);
    for (int i = 0; i < 40; i++) {
      budget.took(100, 200 * MILLISECOND);
    }

    assertThat(budget.rows(1)).isBetween(245, 250);
  }

  @Test
  void aRoundHasNeverTooFewRowsToBeWorthIt() {
    budget.took(512, 60_000 * MILLISECOND);

    assertThat(budget.rows(1)).isEqualTo(33);
    assertThat(budget.rows(40)).isEqualTo(72);
    assertThat(new RoundBudget(8, Duration.ofMillis(500)).rows(1)).isEqualTo(8);
  }
}
