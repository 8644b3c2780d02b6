package dev.panda.orchestrator.workshop.pairs.rules;

import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.ask.Conversation;
import dev.panda.orchestrator.workshop.evaluation.Readability;
import java.util.OptionalDouble;

/**
 * Chooses the answer that is easier or harder to read, by its Flesch–Kincaid grade.
 *
 * @param easier whether the easier answer is chosen
 */
record ReadabilityRanking(boolean easier) implements Ranking {

  @Override
  public Rule rule() {
    return new Rule(
        "Flesch-Kincaid grade, " + (easier ? "easier" : "harder") + " chosen",
        "grades",
        2,
        !easier);
  }

  @Override
  public OptionalDouble score(Conversation prompt, Answer answer) {
    return Readability.of(answer.text()).grade();
  }
}
