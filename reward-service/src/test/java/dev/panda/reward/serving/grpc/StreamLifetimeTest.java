package dev.panda.reward.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import dev.panda.api.reward.v1.OpenSequence;
import dev.panda.reward.testing.ScoreClient;
import dev.panda.reward.testing.TinyRewards;
import dev.panda.transformer.testing.CuttableProxy;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@QuarkusTestResource(TinyRewards.class)
@Timeout(60)
class StreamLifetimeTest extends RewardServiceCase {
  @Test
  void answersScoreThatComesRightBehindOpen() throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.send(ScoreClient.message(open(List.of("mean"))));
    stream.send(ScoreClient.message(NONE, 31, 32));

    assertThat(stream.answer().hasOpened()).isTrue();
    assertThat(stream.answer().getScores().getRewardsList())
        .isEqualTo(firstRewards(List.of("mean"), 31, 32));
    stream.complete();
  }

  @Test
  void freesSequenceOfStreamThatFails() throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.open(open(List.of("mean")));
    stream.send(ScoreClient.message(open(List.of("mean"))));

    assertFails(
        stream.failure(),
        Status.Code.INVALID_ARGUMENT,
        "kind: open (expected: score, as the sequence is open)");
    awaitOpenSequences(0);
  }

  @Test
  void namesPreferenceAndStepOfRewardThatIsNotFinite() throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.open(open(List.of("mean", TinyRewards.OVERFLOWING)));
    stream.send(ScoreClient.message(NONE, TinyRewards.BELL));

    StatusRuntimeException failure = stream.failure();
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(failure.getStatus().getDescription())
        .matches("preference overflowing, step 0: reward: (NaN|-?Infinity) \\(expected: finite\\)");
    StatusRuntimeException finished =
        failure(
            () ->
                service.scoreSequences(
                    responses(List.of(TinyRewards.OVERFLOWING), List.of(TinyRewards.BELL))
                        .build()));
    assertThat(finished.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(finished.getStatus().getDescription())
        .isEqualTo(failure.getStatus().getDescription());
    awaitOpenSequences(0);
    assertThat(firstRewards(List.of("mean"), 31)).hasSize(1);
  }

  @Test
  void refusesOpenWithoutRoomAndTakesItLater() throws InterruptedException {
    List<ScoreClient> holders = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      holders.add(new ScoreClient(channel));
      holders.get(i).open(quarterOfTheCache());
    }
    ScoreClient late = new ScoreClient(channel);
    late.send(ScoreClient.message(open(List.of("mean"))));

    StatusRuntimeException refused = late.failure();
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(retryInfo(refused).getRetryDelay().getSeconds()).isPositive();
    StatusRuntimeException finished =
        failure(() -> service.scoreSequences(responses(List.of("mean"), List.of(31, 32)).build()));
    assertThat(finished.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);

    holders.get(0).cancel();

    new ScoreClient(channel).open(quarterOfTheCache());
  }

  private static RetryInfo retryInfo(StatusRuntimeException failure) {
    return StatusProto.fromThrowable(failure).getDetailsList().stream()
        .filter(detail -> detail.is(RetryInfo.class))
        .map(
            detail -> {
              try {
                return detail.unpack(RetryInfo.class);
              } catch (InvalidProtocolBufferException e) {
                throw new AssertionError("RetryInfo: unreadable", e);
              }
            })
        .findFirst()
        .orElseThrow();
  }

  @Test
  void freesSequenceOfClientThatCancels() throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.open(open(List.of("mean")));
    assertThat(served.engine().openSequences()).isOne();
    stream.send(ScoreClient.message(NONE, 31));

    stream.cancel();

    awaitOpenSequences(0);
  }

  @Test
  void freesSequenceOfClientWhoseConnectionIsLost() throws Exception {
    CuttableProxy proxy = new CuttableProxy(server.getPort());
    ManagedChannel other = channel(proxy.port());
    new ScoreClient(other).open(open(List.of("mean")));
    assertThat(served.engine().openSequences()).isOne();

    proxy.close();

    awaitOpenSequences(0);
    other.shutdownNow();
  }

  @Test
  void endsStreamWhoseDeadlinePassesAndFreesItsRoom() throws InterruptedException {
    ScoreClient stream = new ScoreClient(withTimeout("500m"));
    stream.send(ScoreClient.message(quarterOfTheCache()));

    assertThat(stream.failure().getStatus().getCode()).isEqualTo(Status.Code.CANCELLED);
    for (int i = 0; i < 4; i++) {
      new ScoreClient(channel).open(quarterOfTheCache());
    }
  }

  /** Four of these fill the cache. */
  private static OpenSequence.Builder quarterOfTheCache() {
    return open(List.of("mean")).setMaxTokens(54).setMaxCandidates(5);
  }

  @Test
  void servesClientOfTheLongestDeadline() throws InterruptedException {
    ScoreClient stream = new ScoreClient(withTimeout("99999999H"));
    stream.open(open(List.of("mean")));

    assertThat(stream.score(NONE, 31).getRewardsCount()).isOne();
    stream.complete();
  }

  /** Only the service knows of the deadline; a client that does, too, sees DEADLINE_EXCEEDED. */
  private Channel withTimeout(String timeout) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER), timeout);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }
}
