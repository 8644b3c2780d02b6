package dev.panda.reward.workshop.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BaselinesTest {

  @Test
  void bagOfWordsLearnsWhichWordsWin() {
    Random random = new Random(1);
    List<PairTexts> training = pairs(random, 40);
    List<PairTexts> unseen = pairs(random, 20);

    BagOfWords bag = BagOfWords.fit(training, pairs(random, 10), true);

    for (PairTexts pair : unseen) {
      assertThat(bag.margin(pair, 0)).isPositive();
      assertThat(bag.margin(pair, 3)).isEqualTo(bag.margin(pair, 0));
    }
  }

  @Test
  void bagOfWordsCannotTellWordsThatItNeverSaw() {
    BagOfWords bag = BagOfWords.fit(pairs(new Random(1), 20), pairs(new Random(2), 5), false);

    assertThat(bag.margin(pair("zebra", "yak"), 0)).isZero();
  }

  @Test
  void wordCountTakesTheDirectionOfTheTrainingPairs() {
    PairTexts shortWins = pair("one", "one two");

    WordCount fewer = WordCount.fit(List.of(shortWins, shortWins, pair("a b", "a")));

    assertThat(fewer.moreWins()).isFalse();
    assertThat(fewer.margin(shortWins, 2)).isEqualTo(1);
    assertThat(fewer.margin(pair("a b", "c d"), 0)).isZero();
  }

  @Test
  void wordsAreLowerCaseWithoutPunctuation() {
    assertThat(PairTexts.words("It’s 3 o'clock – \"Über\"-cool!"))
        .containsExactly("it’s", "3", "o'clock", "über", "cool");
  }

  /** The word "indeed" wins over "alas", among uninformative words. */
  private static List<PairTexts> pairs(Random random, int count) {
    List<PairTexts> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pairs.add(pair(noise(random) + " indeed", noise(random) + " alas"));
    }
    return pairs;
  }

  private static String noise(Random random) {
    List<String> words = List.of("sun", "rain", "wind", "snow", "fog");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      text.append(words.get(random.nextInt(words.size()))).append(' ');
    }
    return text.toString();
  }

  private static PairTexts pair(String chosen, String rejected) {
    List<String> c = PairTexts.words(chosen);
    List<String> r = PairTexts.words(rejected);
    return new PairTexts(List.of(c, c, c, c), List.of(r, r, r, r));
  }
}
