package dev.panda.basemodel.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.chat.ChatMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SelectionTest {
  private static final int ALL = Integer.MAX_VALUE;

  private static Answer answer(int prompt, String response, boolean whole) {
    return new Answer(List.of(new ChatMessage("user", "Question " + prompt)), response, whole);
  }

  private static List<Answer> answers() {
    List<Answer> answers = new ArrayList<>();
    for (int prompt = 0; prompt < 4; prompt++) {
      for (int sample = 0; sample < 10; sample++) {
        answers.add(answer(prompt, "Answer number " + sample + ".", true));
      }
    }
    return answers;
  }

  @Test
  void keepsAllByDefault() {
    assertThat(new Selection(CutAnswers.LEARN, 1, Optional.empty(), ALL).of(answers(), 1))
        .isEqualTo(answers());
  }

  @Test
  void leavesOutShortAnswersAfterShorteningThem() {
    List<Answer> answers =
        List.of(
            answer(0, "One two three.", true),
            answer(1, "One two.", true),
            answer(2, "One two three. And", false),
            answer(3, "One two. And three", false));
    assertThat(new Selection(CutAnswers.SHORTEN, 3, Optional.empty(), ALL).of(answers, 1))
        .containsExactly(answers.get(0), answer(2, "One two three.", true));
  }

  @Test
  void leavesOutAnswersWithAPattern() {
    List<Answer> answers = List.of(answer(0, "I am here.", true), answer(0, "Icy air.", true));
    Optional<Pattern> pattern = Optional.of(Pattern.compile("\\bI\\b"));
    Selection selection = new Selection(CutAnswers.LEARN, 1, pattern, ALL);
    assertThat(selection.of(answers, 1)).containsExactly(answers.get(1));
    assertThat(selection)
        .hasToString("cut answers: learn, at least 1 words, none with `\\bI\\b`, all");
  }

  @Test
  void keepsTheSameAnswersToEachPromptInAnyOrder() {
    Selection selection = new Selection(CutAnswers.LEARN, 1, Optional.empty(), 3);
    List<Answer> kept = selection.of(answers(), 1);
    assertThat(kept).hasSize(12).isSubsetOf(answers());
    assertThat(kept.stream().map(Answer::messages).distinct()).hasSize(4);
    List<Answer> shuffled = answers();
    Collections.shuffle(shuffled, new Random(9));
    assertThat(selection.of(shuffled, 1)).containsExactlyInAnyOrderElementsOf(kept);
    assertThat(selection.of(answers(), 2)).isNotEqualTo(kept);
  }

  @Test
  void refusesBoundsThatKeepNothing() {
    assertThatThrownBy(() -> new Selection(CutAnswers.LEARN, -1, Optional.empty(), 1))
        .hasMessage("min words: -1 (expected: >= 0)");
    assertThatThrownBy(() -> new Selection(CutAnswers.LEARN, 1, Optional.empty(), 0))
        .hasMessage("answers per prompt: 0 (expected: >= 1)");
  }
}
