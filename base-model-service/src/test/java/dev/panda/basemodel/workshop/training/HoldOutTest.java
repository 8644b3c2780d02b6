package dev.panda.basemodel.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.workshop.training.TrainingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HoldOutTest {
  private static List<Answer> answers(int prompts, int samples) {
    List<Answer> answers = new ArrayList<>();
    for (int prompt = 0; prompt < prompts; prompt++) {
      for (int sample = 0; sample < samples; sample++) {
        answers.add(
            new Answer(
                List.of(new ChatMessage("user", "Question " + prompt)), "Answer " + sample, true));
      }
    }
    return answers;
  }

  private static Set<Object> prompts(List<Answer> answers) {
    return answers.stream().map(Answer::messages).collect(Collectors.toSet());
  }

  @Test
  void holdsOutAnswersToPromptsThatAreLearned() {
    HoldOut.Split split = HoldOut.ANSWERS.split(answers(10, 10), 0.2, 1);
    assertThat(split.heldOut()).hasSize(20);
    assertThat(split.training()).hasSize(80).doesNotContainAnyElementsOf(split.heldOut());
    assertThat(prompts(split.training())).hasSize(10);
  }

  @Test
  void holdsOutPromptsWithAllTheirAnswers() {
    HoldOut.Split split = HoldOut.PROMPTS.split(answers(10, 10), 0.2, 1);
    assertThat(split.heldOut()).hasSize(20);
    assertThat(prompts(split.heldOut())).hasSize(2);
    assertThat(prompts(split.training())).doesNotContainAnyElementsOf(prompts(split.heldOut()));
  }

  @Test
  void holdsOutEqualAnswersTogether() {
    List<Answer> twice = new ArrayList<>(answers(5, 4));
    twice.addAll(answers(5, 4));
    HoldOut.Split split = HoldOut.ANSWERS.split(twice, 0.3, 3);
    assertThat(split.heldOut()).hasSize(12);
    assertThat(split.training()).doesNotContainAnyElementsOf(split.heldOut());
  }

  @Test
  void learnsAtLeastOneAnswerToEachPrompt() {
    HoldOut.Split split = HoldOut.ANSWERS.split(answers(10, 2), 0.9, 1);
    assertThat(prompts(split.training())).hasSize(10);
    assertThat(split.heldOut()).hasSize(10);
  }

  @Test
  void choosesTheSameWhateverTheOrder() {
    List<Answer> shuffled = new ArrayList<>(answers(10, 10));
    Collections.shuffle(shuffled, new Random(5));
    assertThat(new HashSet<>(HoldOut.ANSWERS.split(shuffled, 0.1, 1).heldOut()))
        .isEqualTo(new HashSet<>(HoldOut.ANSWERS.split(answers(10, 10), 0.1, 1).heldOut()));
  }

  @Test
  void choosesOthersForAnotherSeed() {
    assertThat(HoldOut.ANSWERS.split(answers(10, 10), 0.1, 1).heldOut())
        .isNotEqualTo(HoldOut.ANSWERS.split(answers(10, 10), 0.1, 2).heldOut());
  }

  @Test
  void holdsOutNothingForAShareOfZero() {
    assertThat(HoldOut.ANSWERS.split(answers(2, 1), 0, 1).training()).hasSize(2);
  }

  @Test
  void refusesIfNothingCanBeHeldOut() {
    assertThatThrownBy(() -> HoldOut.ANSWERS.split(answers(10, 1), 0.1, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("one distinct answer to each question");
    assertThatThrownBy(() -> HoldOut.PROMPTS.split(answers(1, 10), 0.1, 1))
        .hasMessageContaining("one question");
  }
}
