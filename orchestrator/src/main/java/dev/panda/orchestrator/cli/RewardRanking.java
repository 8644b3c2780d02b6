package dev.panda.orchestrator.cli;

import dev.panda.orchestrator.pairs.Answer;
import dev.panda.orchestrator.pairs.Conversation;
import dev.panda.orchestrator.pairs.Ranking;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The answer with the higher reward of a served reward model is chosen, in standard deviations of
 * its calibration set.
 */
final class RewardRanking implements Ranking {
  private final String preference;
  private final String address;
  private final Judge.Connection services;
  private final Map<Conversation, List<Integer>> prompts = new ConcurrentHashMap<>();

  private RewardRanking(String preference, String address, Judge.Connection services) {
    this.preference = preference;
    this.address = address;
    this.services = services;
  }

  /**
   * Connects; the caller closes it.
   *
   * @throws CommandFailure if the preference is not served
   */
  static RewardRanking open(String preference, Judge judge) {
    RewardRanking ranking = new RewardRanking(preference, judge.rewardAddress(), judge.connect());
    try {
      List<String> served = ranking.ask(ranking.services::preferences);
      if (!served.contains(preference)) {
        throw new CommandFailure(
            "--reward: " + preference + " (expected: " + String.join(", ", served) + ")",
            "Name a preference that the reward service at " + ranking.address + " serves.");
      }
      return ranking;
    } catch (RuntimeException failure) {
      ranking.close();
      throw failure;
    }
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
    return ask(
        () -> {
          List<Integer> promptTokens = prompts.computeIfAbsent(prompt, services::tokens);
          List<Integer> tokens =
              answer.tokenIds().isEmpty() ? services.tokens(answer.text()) : answer.tokenIds();
          return OptionalDouble.of(
              services.rewards(promptTokens, tokens, List.of(preference)).get(0));
        });
  }

  private <T> T ask(Supplier<T> question) {
    try {
      return question.get();
    } catch (StatusRuntimeException failure) {
      throw new CommandFailure(
          "reward service at " + address + ", or the base-model service: " + failure.getMessage(),
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
