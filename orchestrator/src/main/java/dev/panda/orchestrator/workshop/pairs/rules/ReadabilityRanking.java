package dev.panda.orchestrator.workshop.pairs.rules;

import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.ask.Conversation;
import dev.panda.orchestrator.workshop.evaluation.Readability;
import java.util.OptionalDouble;

/**
 * The answer that is easier or harder to read is chosen, by its Flesch–Kincaid grade.
 *
 * @param easier whether the easier one is
 */
public record ReadabilityRanking(boolean easier) implements Ranking {

  @Override
  public String rule() {
    return "Flesch-Kincaid grade, " + (easier ? "easier" : "harder") + " chosen";
  }

  @Override
  public String unit() {
    return "grades";
  }

  @Override
  public double leastGap() {
    return 2;
  }

  @Override
  public boolean higherIsChosen() {
    return !easier;
  }

  @Override
  public OptionalDouble score(Conversation prompt, Answer answer) {
    return Readability.of(answer.text()).grade();
  }
}
