package dev.panda.orchestrator.workshop.ask;

import dev.panda.orchestrator.serving.client.BaseModelClient;
import dev.panda.orchestrator.serving.client.RewardClient;
import dev.panda.orchestrator.serving.client.Timeouts;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import dev.panda.orchestrator.serving.port.PreferenceSource;
import dev.panda.orchestrator.serving.port.ServiceException;
import dev.panda.orchestrator.serving.routing.HeldRewards;
import dev.panda.orchestrator.serving.routing.KnownModel;
import dev.panda.orchestrator.serving.routing.PreferenceDirectory;
import dev.panda.orchestrator.workshop.cli.CommandFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Gives answers the rewards of any served preferences in one unit, whatever guided the answers. It
 * asks the services that have them itself, because a generation reports only the rewards of the
 * preferences that it follows. Any number of threads may ask.
 *
 * <p>Methods throw {@link CommandFailure} if a service fails or refuses.
 */
public final class AnswerRewards implements AutoCloseable {
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(60);
  private static final Timeouts TIMEOUTS = new Timeouts(LONGEST_ANSWER, LONGEST_ANSWER);

  /** Longer than any command runs: the services are asked once what they serve. */
  private static final Duration FRESHNESS = Duration.ofDays(1);

  private final BaseModelClient baseModel;
  private final List<RewardClient> services;
  private final PreferenceDirectory directory;
  private final Map<Conversation, int[]> prompts = new ConcurrentHashMap<>();

  AnswerRewards(String baseModelAddress, List<String> rewardAddresses) {
    baseModel = new BaseModelClient(baseModelAddress, TIMEOUTS);
    services =
        rewardAddresses.stream().map(address -> new RewardClient(address, TIMEOUTS)).toList();
    List<PreferenceSource> sources = new ArrayList<>();
    sources.add(new HeldRewards(new KnownModel(baseModel, FRESHNESS)));
    sources.addAll(services);
    directory = new PreferenceDirectory(sources, FRESHNESS);
  }

  /** Names of the preferences that are served. Every service has to answer. */
  List<String> served() {
    return ask(() -> directory.known().all()).stream()
        .map(preference -> preference.model().preference())
        .toList();
  }

  /** Turns an answer's text into tokens. */
  public List<Integer> tokens(String answer) {
    return Arrays.stream(ask(() -> baseModel.tokenizeContinuation(answer))).boxed().toList();
  }

  /**
   * Scores a whole answer.
   *
   * @param answer token ids
   * @param preferences names of served preferences
   * @return normalised rewards [preference]
   */
  public List<Double> rewards(Conversation prompt, List<Integer> answer, List<String> preferences) {
    int[] promptTokens =
        prompts.computeIfAbsent(prompt, asked -> ask(() -> baseModel.renderChat(asked.messages())));
    List<int[]> answers = List.of(answer.stream().mapToInt(Integer::intValue).toArray());
    Map<String, Double> rewards = new HashMap<>();
    preferences.stream()
        .collect(Collectors.groupingBy(this::service))
        .forEach(
            (service, names) -> {
              double[] told =
                  ask(
                      () ->
                          service.scoreSequences(
                              promptTokens, answers, names, RewardUnit.NORMALISED));
              for (int j = 0; j < told.length; j++) {
                rewards.put(names.get(j), told[j]);
              }
            });
    return preferences.stream().map(rewards::get).toList();
  }

  private PreferenceSource service(String preference) {
    return ask(() -> directory.known().find(preference)).orElseThrow().client();
  }

  private static <A> A ask(Supplier<A> question) {
    try {
      return question.get();
    } catch (ServiceException failure) {
      throw new CommandFailure(
          failure.getMessage(),
          "`deploy/panda status` tells which services run; --reward-endpoint and"
              + " --base-model-endpoint name others.",
          failure);
    }
  }

  @Override
  public void close() {
    baseModel.close();
    services.forEach(RewardClient::close);
  }
}
