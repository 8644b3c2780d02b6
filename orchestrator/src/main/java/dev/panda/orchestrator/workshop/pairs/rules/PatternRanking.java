package dev.panda.orchestrator.workshop.pairs.rules;

import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.ask.Conversation;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * The answer in which a pattern is found is chosen, or the one in which it isn't. How often it is
 * found doesn't matter: a reward for the number would teach to repeat it.
 *
 * @param matching whether the one in which it is found is chosen
 */
public record PatternRanking(Pattern pattern, boolean matching) implements Ranking {

  @Override
  public String rule() {
    return "pattern " + pattern + ", " + (matching ? "matching" : "lacking") + " chosen";
  }

  @Override
  public String unit() {
    return "matching (1) or not (0)";
  }

  @Override
  public double leastGap() {
    return 1;
  }

  @Override
  public boolean higherIsChosen() {
    return matching;
  }

  @Override
  public OptionalDouble score(Conversation prompt, Answer answer) {
    return OptionalDouble.of(pattern.matcher(answer.text()).find() ? 1 : 0);
  }
}
