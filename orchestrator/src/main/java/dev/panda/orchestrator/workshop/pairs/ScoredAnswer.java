package dev.panda.orchestrator.workshop.pairs;

import dev.panda.orchestrator.workshop.answers.Answer;

/**
 * An answer and its score by a rule.
 *
 * @param words number of words of the text
 */
record ScoredAnswer(String text, int words, double score) {

  static ScoredAnswer of(Answer answer, double score) {
    return new ScoredAnswer(answer.text(), answer.words(), score);
  }
}
