package dev.panda.orchestrator.serving.generation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DraftLengthTest {

  @Test
  void rightDraftsAreLong() {
    DraftLength length = new DraftLength(7);
    assertThat(length.next()).isEqualTo(7);
    length.learn(7, 2);
    assertThat(length.next()).isEqualTo(2);
    length.learn(2, 2);
    assertThat(length.next()).isEqualTo(4);
    length.learn(4, 4);
    assertThat(length.next()).isEqualTo(7);
  }

  @Test
  void wrongDraftsPauseLongerAndLonger() {
    DraftLength length = new DraftLength(3);
    length.learn(3, 0);
    assertThat(length.next()).isZero();
    assertThat(length.next()).isEqualTo(1);
    length.learn(1, 0);
    assertThat(new int[] {length.next(), length.next(), length.next()}).containsExactly(0, 0, 1);
    length.learn(1, 1);
    assertThat(length.next()).isEqualTo(2);
  }

  @Test
  void nothingIsLearnedFromDraftsThatWereNotComputed() {
    DraftLength length = new DraftLength(3);
    length.learn(0, 0);
    assertThat(length.next()).isEqualTo(3);
  }

  @Test
  void thereMayBeNoDrafts() {
    DraftLength length = new DraftLength(0);
    assertThat(length.next()).isZero();
  }
}
