package dev.panda.orchestrator.workshop.pairs.rules;

import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.ask.Conversation;
import java.util.OptionalDouble;

/**
 * Chooses an answer that was drawn with the wanted instruction over one that was drawn with the
 * unwanted one. Answers drawn with neither get no score.
 *
 * @param unwanted empty for answers drawn without an instruction
 */
public record InstructionRanking(String wanted, String unwanted) implements Ranking {

  @Override
  public Rule rule() {
    return new Rule(
        "instruction that the answer was drawn with, wanted chosen",
        "wanted (1) or unwanted (0)",
        1,
        true);
  }

  @Override
  public OptionalDouble score(Conversation prompt, Answer answer) {
    if (answer.instruction().equals(wanted)) {
      return OptionalDouble.of(1);
    }
    return answer.instruction().equals(unwanted) ? OptionalDouble.of(0) : OptionalDouble.empty();
  }
}
