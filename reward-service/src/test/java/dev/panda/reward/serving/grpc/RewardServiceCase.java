package dev.panda.reward.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.panda.api.reward.v1.OpenSequence;
import dev.panda.api.reward.v1.ResponseTokens;
import dev.panda.api.reward.v1.RewardServiceGrpc;
import dev.panda.api.reward.v1.RewardServiceGrpc.RewardServiceBlockingStub;
import dev.panda.api.reward.v1.RewardUnit;
import dev.panda.api.reward.v1.ScoreSequencesRequest;
import dev.panda.reward.serving.config.RewardConfig;
import dev.panda.reward.serving.model.ServedRewards;
import dev.panda.reward.testing.ScoreClient;
import dev.panda.reward.testing.TinyRewards;
import dev.panda.transformer.reward.RewardModel;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.runtime.GrpcServer;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A running service, a channel to it, and that each test leaves it as it was. */
abstract class RewardServiceCase {
  static final int[] NONE = {};
  static final int[] PROMPT = {70, 12, 285, 100, 9};

  @Inject GrpcServer server;
  @Inject ServedRewards served;
  @Inject RewardConfig config;

  ManagedChannel channel;
  RewardServiceBlockingStub service;

  @BeforeEach
  void connect() {
    channel = channel(server.getPort());
    service = RewardServiceGrpc.newBlockingStub(channel);
  }

  static ManagedChannel channel(int port) {
    return ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  @AfterEach
  void leavesNoSequenceOpen() {
    channel.shutdownNow();
    awaitOpenSequences(0);
  }

  void awaitOpenSequences(int expected) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (served.engine().openSequences() != expected) {
      assertThat(System.nanoTime()).as("time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  RewardModel model(String preference) {
    return TinyRewards.model(Path.of(config.model()), preference);
  }

  static void assertFails(StatusRuntimeException failure, Status.Code code, String description) {
    assertThat(failure.getStatus().getCode()).isEqualTo(code);
    assertThat(failure.getStatus().getDescription()).isEqualTo(description);
  }

  static StatusRuntimeException failure(ThrowingCallable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call);
  }

  List<Double> firstRewards(List<String> preferences, int... candidates)
      throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.open(open(preferences));
    List<Double> rewards = stream.score(NONE, candidates).getRewardsList();
    stream.complete();
    return rewards;
  }

  static OpenSequence.Builder open(List<String> preferences) {
    OpenSequence.Builder open =
        OpenSequence.newBuilder()
            .addAllPreferences(preferences)
            .setUnit(RewardUnit.REWARD_UNIT_NORMALISED)
            .setMaxTokens(20)
            .setMaxCandidates(40);
    IntStream.of(PROMPT).forEach(open::addPromptTokenIds);
    return open;
  }

  @SafeVarargs
  static ScoreSequencesRequest.Builder responses(
      List<String> preferences, List<Integer>... responses) {
    ScoreSequencesRequest.Builder request =
        ScoreSequencesRequest.newBuilder()
            .addAllPreferences(preferences)
            .setUnit(RewardUnit.REWARD_UNIT_NORMALISED);
    IntStream.of(PROMPT).forEach(request::addPromptTokenIds);
    for (List<Integer> response : responses) {
      request.addResponses(ResponseTokens.newBuilder().addAllIds(response));
    }
    return request;
  }
}
