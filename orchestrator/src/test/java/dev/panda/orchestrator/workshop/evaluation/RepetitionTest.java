package dev.panda.orchestrator.workshop.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RepetitionTest {

  @Test
  void isZeroIfNothingRepeats() {
    assertThat(Repetition.of("One two three four.").exact(2)).hasValue(0);
  }

  @Test
  void countsRepeatedNgrams() {
    // go go, go go, go go: one of three is new.
    assertThat(Repetition.of("Go go GO go").exact(2).getAsDouble())
        .isCloseTo(100 * (1 - 1 / 3.0), within(1e-12));
  }

  @Test
  void publishedCodeHasOneMoreInTheDenominator() {
    assertThat(Repetition.of("one two three").args(2))
        .isCloseTo(100 * (1 - 2 / 3.0), within(1e-12));
  }

  @Test
  void shortTextIsLeftOutOrCountsAsRepeated() {
    assertThat(Repetition.of("one").exact(2)).isEmpty();
    assertThat(Repetition.of("one").args(2)).isEqualTo(100);
  }

  @Test
  void punctuationMarksAreTokens() {
    assertThat(Repetition.of("a, a,").exact(2).getAsDouble())
        .isCloseTo(100 * (1 - 2 / 3.0), within(1e-12));
  }

  @Test
  void refusesNgramsWithoutTokens() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Repetition.of("a").exact(0))
        .withMessage("n: 0 (expected: >= 1)");
  }
}
