package dev.panda.orchestrator.cli;

import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.Chat;
import dev.panda.api.basemodel.v1.ChatMessage;
import dev.panda.api.basemodel.v1.RenderChatRequest;
import dev.panda.api.reward.v1.ResponseTokens;
import dev.panda.api.reward.v1.RewardServiceGrpc;
import dev.panda.api.reward.v1.RewardUnit;
import dev.panda.api.reward.v1.ScoreSequencesRequest;
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
      defaultValue = "127.0.0.1:9001",
      converter = EndpointConverter.class,
      description = "The base-model service (default: ${DEFAULT-VALUE}).")
  private String baseModel;

  @Option(
      names = "--reward-endpoint",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:9002",
      converter = EndpointConverter.class,
      description = "The reward service (default: ${DEFAULT-VALUE}).")
  private String reward;

  /** Longest time for one answer of a service. */
  private static final long SECONDS = 60;

  /** Begins to judge answers to one conversation; the caller closes it. */
  Session open(Conversation conversation, List<String> preferences) {
    ManagedChannel base = NettyChannelBuilder.forTarget(baseModel).usePlaintext().build();
    try {
      List<Integer> prompt =
          BaseModelServiceGrpc.newBlockingStub(base)
              .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
              .renderChat(RenderChatRequest.newBuilder().setChat(toChat(conversation)).build())
              .getTokenIdsList();
      return new Session(
          NettyChannelBuilder.forTarget(reward).usePlaintext().build(), prompt, preferences);
    } finally {
      base.shutdownNow();
    }
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

  /** Answers to one conversation are judged. */
  record Session(ManagedChannel channel, List<Integer> prompt, List<String> preferences)
      implements AutoCloseable {

    /** Normalised rewards of a whole response [preference]. */
    List<Double> rewards(List<Integer> tokenIds) {
      return RewardServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
          .scoreSequences(
              ScoreSequencesRequest.newBuilder()
                  .addAllPromptTokenIds(prompt)
                  .addResponses(ResponseTokens.newBuilder().addAllIds(tokenIds))
                  .addAllPreferences(preferences)
                  .setUnit(RewardUnit.REWARD_UNIT_NORMALISED)
                  .build())
          .getRewardsList();
    }

    @Override
    public void close() {
      channel.shutdownNow();
    }
  }
}
