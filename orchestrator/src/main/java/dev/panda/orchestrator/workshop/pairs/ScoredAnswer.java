package dev.panda.orchestrator.workshop.pairs;

import dev.panda.orchestrator.workshop.answers.Answer;

/**
 * An answer and what a rule makes of it.
 *
 * @param words number of words of the text
 */
public record ScoredAnswer(String text, int words, double score) {

  public static ScoredAnswer of(Answer answer, double score) {
    return new ScoredAnswer(answer.text(), answer.words(), score);
  }
}
