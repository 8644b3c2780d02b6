package dev.panda.orchestrator.workshop.pairs.rules;

import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.ask.AnswerRewards;
import dev.panda.orchestrator.workshop.ask.Conversation;
import dev.panda.orchestrator.workshop.ask.RewardServices;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Chooses the answer with the higher reward of a served reward model. The unit is the standard
 * deviation of the model's calibration set.
 */
final class RewardRanking implements Ranking {
  private final String preference;
  private final AnswerRewards services;

  private RewardRanking(String preference, AnswerRewards services) {
    this.preference = preference;
    this.services = services;
  }

  /**
   * Connects; the caller closes it.
   *
   * @throws CommandFailure if a reward service does not answer, or none serves the preference
   */
  static RewardRanking open(String preference, RewardServices services) {
    return new RewardRanking(preference, services.connect("--reward", List.of(preference)));
  }

  @Override
  public Rule rule() {
    return new Rule(
        "normalised reward of the reward model " + preference + ", higher chosen",
        "standard deviations",
        0.5,
        true);
  }

  @Override
  public OptionalDouble score(Conversation prompt, Answer answer) {
    List<Integer> tokens =
        answer.tokenIds().isEmpty() ? services.tokens(answer.text()) : answer.tokenIds();
    return OptionalDouble.of(services.rewards(prompt, tokens, List.of(preference)).get(0));
  }

  @Override
  public void close() {
    services.close();
  }
}
