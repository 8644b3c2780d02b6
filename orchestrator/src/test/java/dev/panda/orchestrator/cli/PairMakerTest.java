package dev.panda.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairMakerTest {
  static final String EASY =
      "The sun is hot. It gives us light. We like the light a lot. It is good.";
  static final String HARD =
      "Solar radiation undergoes considerable atmospheric scattering, predominantly affecting"
          + " comparatively shorter wavelengths, consequently producing characteristic coloration.";

  private static PairMaker maker(boolean easier) {
    return new PairMaker(easier, 2, 0.1, 15, 5, 2, 20);
  }

  private static PairMaker.Graded graded(String text, double grade) {
    return new PairMaker.Graded(text, 12, grade);
  }

  @Test
  void theEasierAnswerIsChosen() {
    PairMaker maker = new PairMaker(true, 2, 0.9, 15, 5, 2, 20);
    List<PairMaker.Pair> pairs = maker.pairs(maker.grade(List.of(HARD, EASY)), new Random(1));
    assertThat(pairs).hasSize(1);
    assertThat(pairs.get(0).chosen().text()).isEqualTo(EASY);
  }

  @Test
  void theHarderAnswerIsChosenWhereThatIsAsked() {
    PairMaker maker = new PairMaker(false, 2, 0.9, 15, 5, 2, 20);
    List<PairMaker.Pair> pairs = maker.pairs(maker.grade(List.of(HARD, EASY)), new Random(1));
    assertThat(pairs).hasSize(1);
    assertThat(pairs.get(0).chosen().text()).isEqualTo(HARD);
  }

  @Test
  void answersThatNearlyTieMakeNoPair() {
    List<PairMaker.Graded> answers = List.of(graded("0123456789", 5), graded("0123456780", 6.9));
    assertThat(maker(true).pairs(answers, new Random(1))).isEmpty();
  }

  @Test
  void answersOfDifferentLengthMakeNoPair() {
    List<PairMaker.Graded> answers = List.of(graded("0123456789", 5), graded("01234567", 9));
    assertThat(maker(true).pairs(answers, new Random(1))).isEmpty();
  }

  @Test
  void noAnswerIsInMorePairsThanAllowed() {
    List<PairMaker.Graded> answers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      answers.add(graded("answer " + i, 3 * i));
    }
    Map<PairMaker.Graded, Integer> uses = new HashMap<>();
    for (PairMaker.Pair pair : maker(true).pairs(answers, new Random(1))) {
      uses.merge(pair.chosen(), 1, Integer::sum);
      uses.merge(pair.rejected(), 1, Integer::sum);
    }
    assertThat(uses.values()).isNotEmpty().allSatisfy(n -> assertThat(n).isBetween(1, 2));
  }

  @Test
  void thereAreAtMostAsManyPairsAsAllowed() {
    PairMaker maker = new PairMaker(true, 1, 0.5, 15, 5, 20, 3);
    List<PairMaker.Graded> answers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      answers.add(graded("answer " + i, 3 * i));
    }
    assertThat(maker.pairs(answers, new Random(1))).hasSize(3);
  }

  @Test
  void shortRepeatedAndRepeatingAnswersAreLeftOut() {
    String repeating = "It is so and it is so and it is so and it is so and it is so.";
    List<PairMaker.Graded> graded = maker(true).grade(List.of("Too short.", EASY, EASY, repeating));
    assertThat(graded).extracting(PairMaker.Graded::text).containsExactly(EASY);
  }

  @Test
  void chosenAnswersHaveMoreWordsAboutAsOftenAsFewer() {
    List<PairMaker.Graded> answers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      answers.add(new PairMaker.Graded("answer " + i, 10 + (i % 2), 3 * i));
    }
    PairMaker maker = new PairMaker(true, 2, 0.5, 15, 5, 20, 10);
    List<PairMaker.Pair> pairs = maker.pairs(answers, new Random(1));
    assertThat(pairs).hasSize(10);
    assertThat(pairs.stream().filter(PairMaker.Pair::chosenHasMoreWords)).hasSize(5);
  }
}
