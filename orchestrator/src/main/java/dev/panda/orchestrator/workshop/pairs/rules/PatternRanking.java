package dev.panda.orchestrator.workshop.pairs.rules;

import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.ask.Conversation;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * Chooses the answer in which a pattern is found, or the one in which it is not. The number of
 * finds does not matter, because a reward for the number would teach the model to repeat the
 * pattern.
 *
 * @param matching whether the answer in which the pattern is found is chosen
 */
record PatternRanking(Pattern pattern, boolean matching) implements Ranking {

  @Override
  public Rule rule() {
    return new Rule(
        "pattern " + pattern + ", " + (matching ? "matching" : "lacking") + " chosen",
        "matching (1) or not (0)",
        1,
        matching);
  }

  @Override
  public OptionalDouble score(Conversation prompt, Answer answer) {
    return OptionalDouble.of(pattern.matcher(answer.text()).find() ? 1 : 0);
  }
}
