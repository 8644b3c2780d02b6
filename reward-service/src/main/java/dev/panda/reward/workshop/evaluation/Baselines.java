package dev.panda.reward.workshop.evaluation;

import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.pairs.EncodedPair;
import dev.panda.reward.workshop.pairs.EncodedPairs;
import dev.panda.reward.workshop.pairs.PairEncoder;
import java.util.List;

/** The baselines, fitted to the same pairs as a head. */
public record Baselines(Baseline bagOfWords, Baseline wordCount) {

  public static Baselines fit(
      EncodedPairs pairs, PairEncoder encoder, BatchProgress.Display display) {
    try (BatchProgress progress = display.start("Baselines", 2)) {
      List<PairTexts> training = texts(pairs.training(), encoder);
      List<PairTexts> validation = texts(pairs.validation(), encoder);
      progress.advance(1);
      Baseline bagOfWords = BagOfWords.fit(training, validation, pairs.test().isPresent());
      Baseline wordCount = WordCount.fit(training);
      progress.advance(1);
      return new Baselines(bagOfWords, wordCount);
    }
  }

  private static List<PairTexts> texts(List<EncodedPair> pairs, PairEncoder encoder) {
    return pairs.stream().map(pair -> PairTexts.of(encoder, pair)).toList();
  }
}
