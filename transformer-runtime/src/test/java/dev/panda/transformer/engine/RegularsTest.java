package dev.panda.transformer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RegularsTest {
  private static final long PASS = 1000;

  private final Regulars regulars = new Regulars();
  private final SequenceState first = sequence();
  private final SequenceState second = sequence();

  private static SequenceState sequence() {
    return new SequenceState(new SequenceRoom(10, 0), Owner.ANYONE, null);
  }

  @Test
  void aRoundWaitsForThoseThatWereAnswered() {
    assertThat(regulars.nanosToWait(0)).isZero();
    regulars.answered(List.of(first, second), PASS, 0);

    assertThat(regulars.nanosToWait(0)).isEqualTo(100);
    regulars.came(first, 40);
    assertThat(regulars.nanosToWait(40)).isEqualTo(60);
    regulars.came(second, 50);
    assertThat(regulars.nanosToWait(50)).isZero();
  }

  @Test
  void aRoundDoesNotWaitLong() {
    regulars.answered(List.of(first), PASS, 0);
    assertThat(regulars.nanosToWait(100)).isZero();

    regulars.answered(List.of(first), 10_000_000_000L, 0);
    assertThat(regulars.nanosToWait(0)).isEqualTo(20_000_000);
  }

  @Test
  void aSequenceThatWasLateIsNotWaitedForUntilItIsInTimeAgain() {
    regulars.answered(List.of(first), PASS, 0);
    regulars.came(first, 101);
    regulars.answered(List.of(first), PASS, 200);
    assertThat(regulars.nanosToWait(200)).isZero();

    regulars.came(first, 250);
    regulars.answered(List.of(first), PASS, 300);
    assertThat(regulars.nanosToWait(300)).isEqualTo(100);
  }

  @Test
  void nobodyWaitsForASequenceThatIsGone() {
    regulars.answered(List.of(first), PASS, 0);
    regulars.gone(first);
    assertThat(regulars.nanosToWait(0)).isZero();

    second.close();
    regulars.answered(List.of(second), PASS, 0);
    assertThat(regulars.nanosToWait(0)).isZero();
  }
}
