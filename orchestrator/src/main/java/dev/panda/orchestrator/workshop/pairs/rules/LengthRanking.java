package dev.panda.orchestrator.workshop.pairs.rules;

import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.ask.Conversation;
import java.util.OptionalDouble;

/**
 * Chooses the answer with fewer or more words.
 *
 * @param shorter whether the answer with fewer words is chosen
 */
record LengthRanking(boolean shorter) implements Ranking {

  @Override
  public Rule rule() {
    return new Rule(
        "number of words, " + (shorter ? "shorter" : "longer") + " chosen", "words", 10, !shorter);
  }

  @Override
  public boolean balancesLengths() {
    return false;
  }

  @Override
  public OptionalDouble score(Conversation prompt, Answer answer) {
    return OptionalDouble.of(answer.words());
  }
}
