package dev.panda.reward.workshop.evaluation;

import java.util.List;

/** A baseline that prefers the response with more words, or the one with fewer. */
record WordCount(boolean moreWins) implements Baseline {

  /** Chooses the direction that is correct more often on whole responses. */
  static WordCount fit(List<PairTexts> pairs) {
    WordCount more = new WordCount(true);
    double correct = pairs.stream().mapToDouble(p -> PairAccuracy.correct(more.margin(p, 0))).sum();
    return new WordCount(correct * 2 >= pairs.size());
  }

  @Override
  public double margin(PairTexts pair, int cut) {
    int difference = pair.chosen().get(cut).size() - pair.rejected().get(cut).size();
    return moreWins ? difference : -difference;
  }
}
