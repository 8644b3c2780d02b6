package dev.panda.orchestrator.serving.generation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RepeatedTextTest {
  private static final int[] NONE = {};

  private static RepeatedText after(int[] prompt, int[] likely, int... response) {
    RepeatedText text = new RepeatedText(prompt, likely);
    for (int token : response) {
      text.append(token);
    }
    return text;
  }

  @Test
  void guessesWhatFollowedInThePrompt() {
    RepeatedText text = after(new int[] {5, 6, 7, 8, 9}, NONE, 1, 6, 7);

    assertThat(text.next(4)).containsExactly(8, 9);
    assertThat(text.next(1)).containsExactly(8);
    assertThat(text.next(0)).isEmpty();
  }

  @Test
  void guessesWhatFollowedInTheResponse() {
    assertThat(after(new int[] {5}, NONE, 1, 2, 3, 4, 1, 2, 3).next(9)).containsExactly(4, 1, 2);
  }

  @Test
  void guessesNothingAfterTooLittleInCommon() {
    assertThat(after(new int[] {5, 6, 7}, NONE, 1, 6).next(4)).isEmpty();
    assertThat(after(new int[] {5}, NONE).next(4)).isEmpty();
  }

  @Test
  void aLikelyTextIsFollowedFromTheFirstTokenOn() {
    RepeatedText text = after(new int[] {5}, new int[] {6, 7, 8});

    text.append(6);
    assertThat(text.next(4)).containsExactly(7, 8);
    text.append(7);
    text.append(8);
    assertThat(text.next(4)).as("the likely text has ended").isEmpty();
  }

  @Test
  void theMostInCommonCounts() {
    int[] prompt = {1, 2, 3, 4, 9, 2, 3, 5};

    assertThat(after(prompt, NONE, 1, 2, 3).next(1)).containsExactly(4);
    assertThat(after(prompt, NONE, 7, 2, 3).next(1)).as("the last of equals").containsExactly(5);
  }
}
