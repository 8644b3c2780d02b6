package dev.panda.basemodel.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.transformer.chat.ChatMessage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CutAnswersTest {
  private static Answer cut(String response) {
    return new Answer(List.of(new ChatMessage("user", "Why?")), response, false);
  }

  @Test
  void learnsAsFarAsItGoes() {
    Answer cut = cut("It is so. And it");
    assertThat(CutAnswers.LEARN.apply(cut)).contains(cut);
  }

  @Test
  void leavesOut() {
    assertThat(CutAnswers.LEAVE_OUT.apply(cut("It is so. And it"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "It is so. And it                    | It is so.",
        "Is it so? It is! Or                 | Is it so? It is!",
        "He said \"no.\" Then he             | He said \"no.\"",
        "It is so.                           | It is so.",
        "Do this. 1. Wash it                 | Do this.",
        "About 3.5 miles (or so). Perhaps 2.5 | About 3.5 miles (or so).",
      })
  void endsWithTheLastWholeSentence(String response, String kept) {
    assertThat(CutAnswers.SHORTEN.apply(cut(response)))
        .hasValueSatisfying(
            answer -> {
              assertThat(answer.response()).isEqualTo(kept);
              assertThat(answer.whole()).isTrue();
            });
  }

  @Test
  void leavesOutWhatHasNoWholeSentence() {
    assertThat(CutAnswers.SHORTEN.apply(cut("The sky is blue since 1."))).isEmpty();
  }
}
