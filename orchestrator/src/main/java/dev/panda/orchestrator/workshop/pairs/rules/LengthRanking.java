package dev.panda.orchestrator.workshop.pairs.rules;

import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.ask.Conversation;
import java.util.OptionalDouble;

/**
 * The answer with fewer or more words is chosen.
 *
 * @param shorter whether the one with fewer is
 */
public record LengthRanking(boolean shorter) implements Ranking {

  @Override
  public String rule() {
    return "number of words, " + (shorter ? "shorter" : "longer") + " chosen";
  }

  @Override
  public String unit() {
    return "words";
  }

  @Override
  public double leastGap() {
    return 10;
  }

  @Override
  public boolean higherIsChosen() {
    return !shorter;
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
