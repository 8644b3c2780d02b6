package dev.panda.orchestrator.workshop.pairs.rules;

import dev.panda.orchestrator.workshop.answers.Answer;
import dev.panda.orchestrator.workshop.ask.Conversation;
import dev.panda.orchestrator.workshop.ask.RewardServices;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The answer with the higher reward of a served reward model is chosen, in standard deviations of
 * its calibration set.
 */
final class RewardRanking implements Ranking {
  private final String preference;
  private final String addresses;
  private final RewardServices.Connection services;
  private final Map<Conversation, List<Integer>> prompts = new ConcurrentHashMap<>();

  private RewardRanking(String preference, String addresses, RewardServices.Connection services) {
    this.preference = preference;
    this.addresses = addresses;
    this.services = services;
  }

  /**
   * Connects; the caller closes it.
   *
   * @throws CommandFailure if a reward service is away, or none serves the preference
   */
  static RewardRanking open(String preference, RewardServices services) {
    RewardServices.Connection connection = services.connect();
    List<String> served = connection.preferences();
    if (!served.contains(preference)) {
      connection.close();
      throw new CommandFailure(
          "--reward: " + preference + " (expected: " + String.join(", ", served) + ")",
          "Those are served at "
              + services.rewardAddresses()
              + "; --reward-endpoint names further reward services.");
    }
    return new RewardRanking(preference, services.rewardAddresses(), connection);
  }

  @Override
  public String rule() {
    return "normalised reward of the reward model " + preference + ", higher chosen";
  }

  @Override
  public String unit() {
    return "standard deviations";
  }

  @Override
  public double leastGap() {
    return 0.5;
  }

  @Override
  public boolean higherIsChosen() {
    return true;
  }

  @Override
  public OptionalDouble score(Conversation prompt, Answer answer) {
    try {
      List<Integer> promptTokens = prompts.computeIfAbsent(prompt, services::tokens);
      List<Integer> tokens =
          answer.tokenIds().isEmpty() ? services.tokens(answer.text()) : answer.tokenIds();
      return OptionalDouble.of(services.rewards(promptTokens, tokens, List.of(preference)).get(0));
    } catch (StatusRuntimeException failure) {
      throw new CommandFailure(
          "reward service at " + addresses + ", or the base-model service: " + failure.getMessage(),
          "`deploy/panda status` tells which services run; --reward-endpoint and"
              + " --base-model-endpoint name others.",
          failure);
    }
  }

  @Override
  public void close() {
    services.close();
  }
}
