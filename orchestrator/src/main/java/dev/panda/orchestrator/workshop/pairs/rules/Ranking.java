package dev.panda.orchestrator.workshop.pairs.rules;

import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.ask.Conversation;
import java.util.OptionalDouble;

/**
 * Scores answers, and so says which of two answers to a prompt is preferred. Whoever makes a
 * ranking closes it.
 */
public interface Ranking extends AutoCloseable {

  /** The rule by which the scores rank the answers. */
  Rule rule();

  /** Whether the two answers of a pair should be about as long. */
  default boolean balancesLengths() {
    return true;
  }

  /** Scores an answer; empty if the rule does not apply to it. Any number of threads may ask. */
  OptionalDouble score(Conversation prompt, Answer answer) throws InterruptedException;

  @Override
  default void close() {}
}
