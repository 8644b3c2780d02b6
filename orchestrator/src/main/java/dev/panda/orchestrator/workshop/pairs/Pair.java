package dev.panda.orchestrator.workshop.pairs;

/** Two answers to one prompt. */
record Pair(ScoredAnswer chosen, ScoredAnswer rejected) {

  boolean chosenHasMoreWords() {
    return chosen.words() > rejected.words();
  }

  /** Difference of the lengths in characters, as a share of the longer length. */
  double lengthGap() {
    int length = chosen.text().length();
    int other = rejected.text().length();
    return Math.abs(length - other) / (double) Math.max(length, other);
  }

  double scoreGap() {
    return Math.abs(chosen.score() - rejected.score());
  }
}
