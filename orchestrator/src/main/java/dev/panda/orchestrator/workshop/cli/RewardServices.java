package dev.panda.orchestrator.workshop.cli;

import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.Chat;
import dev.panda.api.basemodel.v1.ChatMessage;
import dev.panda.api.basemodel.v1.RenderChatRequest;
import dev.panda.api.basemodel.v1.TokenizeRequest;
import dev.panda.api.reward.v1.ListPreferencesRequest;
import dev.panda.api.reward.v1.Preference;
import dev.panda.api.reward.v1.ResponseTokens;
import dev.panda.api.reward.v1.RewardServiceGrpc;
import dev.panda.api.reward.v1.RewardUnit;
import dev.panda.api.reward.v1.ScoreSequencesRequest;
import dev.panda.orchestrator.workshop.pairs.Conversation;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/**
 * Gives every answer the rewards of all preferences in the same units, whatever guided it: asks the
 * reward services themselves, since a generation tells the rewards it was asked to follow alone.
 */
final class RewardServices {
  @Option(
      names = "--base-model-endpoint",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:PANDA_ENDPOINT_BASE_MODEL:-127.0.0.1:9001}",
      converter = EndpointConverter.class,
      description =
          "The base-model service; also by $PANDA_ENDPOINT_BASE_MODEL (default: ${DEFAULT-VALUE}).")
  private String baseModel;

  @Option(
      names = "--reward-endpoint",
      paramLabel = "HOST:PORT",
      split = ",",
      defaultValue = "${env:PANDA_ENDPOINT_REWARD:-127.0.0.1:9002}",
      converter = EndpointConverter.class,
      description =
          "The reward service, or several with commas between them; also by"
              + " $PANDA_ENDPOINT_REWARD (default: ${DEFAULT-VALUE}).")
  private List<String> rewards;

  /** Longest time for one answer of a service. */
  private static final long SECONDS = 60;

  String rewardAddresses() {
    return String.join(", ", rewards);
  }

  /** Sets the addresses in place of the options. */
  void use(String baseModelAddress, List<String> rewardAddresses) {
    baseModel = baseModelAddress;
    rewards = rewardAddresses;
  }

  /**
   * Connects to the base-model service and the reward services; the caller closes it.
   *
   * @throws CommandFailure if there is no reward service, or one doesn't tell what it serves
   */
  Connection connect() {
    if (rewards == null || rewards.isEmpty()) {
      throw new CommandFailure(
          "reward services: none (expected: one or more)",
          "The model that is served has no reward model; `deploy/panda train-reward` makes one.");
    }
    Connection connection =
        new Connection(
            channel(baseModel),
            rewards.stream().map(address -> new Service(address, channel(address))).toList());
    try {
      for (Service service : connection.rewards) {
        service.preferences().forEach(name -> connection.serving.putIfAbsent(name, service));
      }
      return connection;
    } catch (RuntimeException failure) {
      connection.close();
      throw failure;
    }
  }

  private static ManagedChannel channel(String address) {
    return NettyChannelBuilder.forTarget(address).usePlaintext().build();
  }

  /**
   * Begins to score answers to one conversation; the caller closes it.
   *
   * @throws CommandFailure if a preference is not served
   */
  Session open(Conversation conversation, List<String> preferences) {
    Connection connection = connect();
    try {
      for (String name : preferences) {
        if (!connection.preferences().contains(name)) {
          throw new CommandFailure(
              "preference: "
                  + name
                  + " (expected: "
                  + String.join(", ", connection.preferences())
                  + ")",
              "Those are served at "
                  + rewardAddresses()
                  + "; --reward-endpoint names further reward services.");
        }
      }
      return new Session(connection, connection.tokens(conversation), preferences);
    } catch (RuntimeException failure) {
      connection.close();
      throw failure;
    }
  }

  /** One reward service. */
  private record Service(String address, ManagedChannel channel) {

    List<String> preferences() {
      try {
        return stub()
            .listPreferences(ListPreferencesRequest.getDefaultInstance())
            .getPreferencesList()
            .stream()
            .map(Preference::getName)
            .toList();
      } catch (StatusRuntimeException failure) {
        throw new CommandFailure(
            "reward service at " + address + ": " + failure.getMessage(),
            "`deploy/panda status` tells which services run; --reward-endpoint names others.",
            failure);
      }
    }

    List<Double> rewards(List<Integer> prompt, List<Integer> response, List<String> preferences) {
      return stub()
          .scoreSequences(
              ScoreSequencesRequest.newBuilder()
                  .addAllPromptTokenIds(prompt)
                  .addResponses(ResponseTokens.newBuilder().addAllIds(response))
                  .addAllPreferences(preferences)
                  .setUnit(RewardUnit.REWARD_UNIT_NORMALISED)
                  .build())
          .getRewardsList();
    }

    private RewardServiceGrpc.RewardServiceBlockingStub stub() {
      return RewardServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
    }
  }

  /**
   * Connections to the base-model service and the reward services. Any number of threads may ask.
   */
  static final class Connection implements AutoCloseable {
    private final ManagedChannel baseModel;
    private final List<Service> rewards;

    /** The service that is asked for a preference: the first that serves it. */
    private final Map<String, Service> serving = new LinkedHashMap<>();

    private Connection(ManagedChannel baseModel, List<Service> rewards) {
      this.baseModel = baseModel;
      this.rewards = rewards;
    }

    /** Names of the preferences that are served. */
    List<String> preferences() {
      return List.copyOf(serving.keySet());
    }

    /** The conversation as the tokens of a prompt. */
    List<Integer> tokens(Conversation conversation) {
      return base()
          .renderChat(RenderChatRequest.newBuilder().setChat(toChat(conversation)).build())
          .getTokenIdsList();
    }

    /** A response's text as tokens. */
    List<Integer> tokens(String response) {
      return base()
          .tokenize(TokenizeRequest.newBuilder().setText(response).build())
          .getTokenIdsList();
    }

    /** Normalised rewards of a whole response [preference]; all of them served. */
    List<Double> rewards(List<Integer> prompt, List<Integer> response, List<String> preferences) {
      Map<String, Double> told = new HashMap<>();
      preferences.stream()
          .collect(Collectors.groupingBy(serving::get))
          .forEach(
              (service, names) -> {
                List<Double> values = service.rewards(prompt, response, names);
                for (int j = 0; j < names.size(); j++) {
                  told.put(names.get(j), values.get(j));
                }
              });
      return preferences.stream().map(told::get).toList();
    }

    private BaseModelServiceGrpc.BaseModelServiceBlockingStub base() {
      return BaseModelServiceGrpc.newBlockingStub(baseModel)
          .withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
    }

    /** In the words of the base-model service's contract. */
    private static Chat toChat(Conversation conversation) {
      Chat.Builder chat = Chat.newBuilder();
      conversation
          .messages()
          .forEach(
              m ->
                  chat.addMessages(
                      ChatMessage.newBuilder().setRole(m.role()).setContent(m.content())));
      return chat.build();
    }

    @Override
    public void close() {
      baseModel.shutdownNow();
      rewards.forEach(service -> service.channel().shutdownNow());
    }
  }

  /** Answers to one conversation are scored. */
  record Session(Connection connection, List<Integer> prompt, List<String> preferences)
      implements AutoCloseable {

    /** Normalised rewards of a whole response [preference]. */
    List<Double> rewards(List<Integer> tokenIds) {
      return connection.rewards(prompt, tokenIds, preferences);
    }

    @Override
    public void close() {
      connection.close();
    }
  }
}
