package dev.panda.orchestrator.workshop.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PairMakerTest {

  private static PairMaker maker(boolean higherIsChosen) {
    return new PairMaker(higherIsChosen, 2, 0.1, 2, 20, 1);
  }

  private static ScoredAnswer scored(String text, double score) {
    return new ScoredAnswer(text, 12, score);
  }

  private static List<ScoredAnswer> eight() {
    List<ScoredAnswer> answers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      answers.add(scored("answer " + i, 3 * i));
    }
    return answers;
  }

  @Example
  void theHigherOrTheLowerScoreIsChosen() {
    List<ScoredAnswer> answers = List.of(scored("answer 1", 3), scored("answer 2", 7));
    assertThat(maker(true).pairs(answers).pairs())
        .containsExactly(new Pair(answers.get(1), answers.get(0)));
    assertThat(maker(false).pairs(answers).pairs())
        .containsExactly(new Pair(answers.get(0), answers.get(1)));
  }

  @Example
  void answersThatNearlyTieMakeNoPairAndAreCounted() {
    PairMaker.Made made =
        maker(true).pairs(List.of(scored("0123456789", 5), scored("0123456780", 6.9)));
    assertThat(made).isEqualTo(new PairMaker.Made(List.of(), 1, 0));
  }

  @Example
  void answersOfDifferentLengthMakeNoPairAndAreCounted() {
    List<ScoredAnswer> answers = List.of(scored("0123456789", 5), scored("01234567", 9));
    assertThat(maker(true).pairs(answers)).isEqualTo(new PairMaker.Made(List.of(), 0, 1));
    PairMaker anyLength = new PairMaker(true, 2, 1, 2, 20, 1);
    assertThat(anyLength.pairs(answers).pairs()).hasSize(1);
  }

  @Example
  void noAnswerIsInMorePairsThanAllowed() {
    Map<ScoredAnswer, Integer> uses = new HashMap<>();
    for (Pair pair : maker(true).pairs(eight()).pairs()) {
      uses.merge(pair.chosen(), 1, Integer::sum);
      uses.merge(pair.rejected(), 1, Integer::sum);
    }
    assertThat(uses.values()).isNotEmpty().allSatisfy(n -> assertThat(n).isBetween(1, 2));
  }

  @Example
  void thereAreAtMostAsManyPairsAsAllowed() {
    assertThat(new PairMaker(true, 1, 0.5, 20, 3, 1).pairs(eight()).pairs()).hasSize(3);
  }

  @Example
  void chosenAnswersHaveMoreWordsAboutAsOftenAsFewer() {
    List<ScoredAnswer> answers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      answers.add(new ScoredAnswer("answer " + i, 10 + (i % 2), 3 * i));
    }
    List<Pair> pairs = new PairMaker(true, 2, 0.5, 20, 10, 1).pairs(answers).pairs();
    assertThat(pairs).hasSize(10);
    assertThat(pairs.stream().filter(Pair::chosenHasMoreWords)).hasSize(5);
  }

  @Example
  void aTextWithTwoScoresIsLeftOut() {
    List<ScoredAnswer> answers =
        List.of(scored("answer 1", 0), scored("answer 1", 9), scored("answer 2", 5));
    assertThat(maker(true).pairs(answers).pairs()).isEmpty();
  }

  @Property(tries = 200)
  void theOrderOfAnswersAndTheirRepetitionChangeNothing(
      @ForAll("answers") List<ScoredAnswer> answers, @ForAll long order) {
    List<ScoredAnswer> shuffled = new ArrayList<>(answers);
    shuffled.addAll(answers.subList(0, answers.size() / 2));
    Collections.shuffle(shuffled, new Random(order));
    assertThat(maker(true).pairs(shuffled)).isEqualTo(maker(true).pairs(answers));
  }

  @Property(tries = 200)
  void everyPairDiffersInScoreAndBalancesLength(@ForAll("answers") List<ScoredAnswer> answers) {
    assertThat(maker(false).pairs(answers).pairs())
        .allSatisfy(
            pair -> {
              assertThat(pair.rejected().score() - pair.chosen().score()).isGreaterThanOrEqualTo(2);
              assertThat(pair.lengthGap()).isLessThanOrEqualTo(0.1);
            });
  }

  @Provide
  Arbitrary<List<ScoredAnswer>> answers() {
    return Combinators.combine(
            Arbitraries.strings().alpha().ofMinLength(18).ofMaxLength(22),
            Arbitraries.integers().between(0, 9))
        .as((text, score) -> new ScoredAnswer(text, 1 + text.length() % 5, score))
        .list()
        .ofMaxSize(12);
  }
}
