package dev.panda.orchestrator.workshop.pairs.rules;

import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.ask.Conversation;
import java.util.OptionalDouble;

/**
 * A rule that tells which of two answers to a prompt is preferred: by a score of each. Whoever made
 * it closes it.
 */
public interface Ranking extends AutoCloseable {

  /** The rule in words, as in "readability grade, the lower is chosen". */
  String rule();

  /** What the score counts, in the plural, as in "grades". */
  String unit();

  /** The least difference of two scores that tells the answers apart, where none is asked for. */
  double leastGap();

  /** Whether of two answers that with the higher score is chosen. */
  boolean higherIsChosen();

  /** Whether the two answers of a pair should be about as long. */
  default boolean balancesLengths() {
    return true;
  }

  /**
   * The score of an answer; none where the rule says nothing of it. Any number of threads may ask.
   */
  OptionalDouble score(Conversation prompt, Answer answer) throws InterruptedException;

  @Override
  default void close() {}
}
