package dev.panda.orchestrator.workshop.pairs.rules;

import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.ask.Conversation;
import java.util.OptionalDouble;

/**
 * The answer that was drawn with the wanted instruction is chosen over one drawn with the other; it
 * says nothing of answers drawn with neither.
 *
 * @param unwanted empty: answers drawn without instruction
 */
public record InstructionRanking(String wanted, String unwanted) implements Ranking {

  @Override
  public String rule() {
    return "instruction that the answer was drawn with, wanted chosen";
  }

  @Override
  public String unit() {
    return "wanted (1) or unwanted (0)";
  }

  @Override
  public double leastGap() {
    return 1;
  }

  @Override
  public boolean higherIsChosen() {
    return true;
  }

  @Override
  public OptionalDouble score(Conversation prompt, Answer answer) {
    if (answer.instruction().equals(wanted)) {
      return OptionalDouble.of(1);
    }
    return answer.instruction().equals(unwanted) ? OptionalDouble.of(0) : OptionalDouble.empty();
  }
}
