package dev.panda.orchestrator.cli;

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
import dev.panda.orchestrator.pairs.Conversation;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/**
 * Gives every answer the rewards of all preferences in the same units, whatever guided it: asks the
 * reward service itself, since a generation tells the rewards it was asked to follow alone.
 */
final class Judge {
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
      defaultValue = "${env:PANDA_ENDPOINT_REWARD:-127.0.0.1:9002}",
      converter = EndpointConverter.class,
      description =
          "The reward service; also by $PANDA_ENDPOINT_REWARD (default: ${DEFAULT-VALUE}).")
  private String reward;

  /** Longest time for one answer of a service. */
  private static final long SECONDS = 60;

  String rewardAddress() {
    return reward;
  }

  /** Connects to the two services; the caller closes it. */
  Connection connect() {
    return new Connection(
        NettyChannelBuilder.forTarget(baseModel).usePlaintext().build(),
        NettyChannelBuilder.forTarget(reward).usePlaintext().build());
  }

  /** Begins to judge answers to one conversation; the caller closes it. */
  Session open(Conversation conversation, List<String> preferences) {
    Connection connection = connect();
    try {
      return new Session(connection, connection.tokens(conversation), preferences);
    } catch (RuntimeException failure) {
      connection.close();
      throw failure;
    }
  }

  /**
   * Connections to the base-model service and the reward service. Any number of threads may ask.
   */
  record Connection(ManagedChannel baseModel, ManagedChannel reward) implements AutoCloseable {

    /** Names of the preferences that are served. */
    List<String> preferences() {
      return RewardServiceGrpc.newBlockingStub(reward)
          .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
          .listPreferences(ListPreferencesRequest.getDefaultInstance())
          .getPreferencesList()
          .stream()
          .map(Preference::getName)
          .toList();
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

    /** Normalised rewards of a whole response [preference]. */
    List<Double> rewards(List<Integer> prompt, List<Integer> response, List<String> preferences) {
      return RewardServiceGrpc.newBlockingStub(reward)
          .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
          .scoreSequences(
              ScoreSequencesRequest.newBuilder()
                  .addAllPromptTokenIds(prompt)
                  .addResponses(ResponseTokens.newBuilder().addAllIds(response))
                  .addAllPreferences(preferences)
                  .setUnit(RewardUnit.REWARD_UNIT_NORMALISED)
                  .build())
          .getRewardsList();
    }

    private BaseModelServiceGrpc.BaseModelServiceBlockingStub base() {
      return BaseModelServiceGrpc.newBlockingStub(baseModel)
          .withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
    }

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
      reward.shutdownNow();
    }
  }

  /** Answers to one conversation are judged. */
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
