package dev.panda.reward.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.panda.api.reward.v1.ListPreferencesRequest;
import dev.panda.api.reward.v1.ListPreferencesResponse;
import dev.panda.api.reward.v1.Preference;
import dev.panda.api.reward.v1.ScoreRequest;
import dev.panda.api.reward.v1.ScoreSequencesRequest;
import dev.panda.reward.testing.ScoreClient;
import dev.panda.reward.testing.TinyRewards;
import dev.panda.transformer.reward.RewardModel;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@QuarkusTestResource(TinyRewards.class)
@Timeout(60)
class RewardServiceTest extends RewardServiceCase {
  @Test
  void describesBackboneAndPreferences() {
    ListPreferencesResponse described =
        service.listPreferences(ListPreferencesRequest.getDefaultInstance());

    assertThat(described.getBackboneId()).startsWith("tiny-rewards");
    assertThat(described.getVocabularySize()).isEqualTo(TinyRewards.VOCABULARY);
    assertThat(described.getTokenizerFingerprint())
        .isEqualTo(TinyRewards.fingerprint(Path.of(config.model())));
    assertThat(described.getContextLength()).isEqualTo(TinyRewards.CONTEXT);
    assertThat(described.getMaxCandidates()).isEqualTo(40);
    assertThat(described.getMaxPreferences()).isEqualTo(6);
    assertThat(described.getPreferencesList())
        .extracting(Preference::getName)
        .containsExactly(
            "increment",
            "increment-clipped",
            "last",
            "last-clipped",
            "mean",
            "mean-clipped",
            "overflowing");
    Preference clipped = described.getPreferences(1);
    RewardModel model = model("increment-clipped");
    assertThat(clipped.getLayer()).isEqualTo(2);
    assertThat(clipped.getPooling()).isEqualTo(dev.panda.api.reward.v1.Pooling.POOLING_INCREMENT);
    assertThat(clipped.getMean()).isEqualTo(model.card().calibration().mean());
    assertThat(clipped.getStandardDeviation())
        .isEqualTo(model.card().calibration().standardDeviation());
    assertThat(clipped.getClip().getLow()).isEqualTo(-1);
    assertThat(clipped.getClip().getHigh()).isEqualTo(1.5);
    assertThat(clipped.getDefaultStrength()).isEqualTo(1.5);
    assertThat(clipped.getDescription()).isEqualTo(model.card().description());
    assertThat(described.getPreferences(4).hasClip()).isFalse();
  }

  @Test
  void namesPreferencesThatAreServed() throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.send(ScoreClient.message(open(List.of("mean", "speed"))));

    assertFails(
        stream.failure(),
        Status.Code.NOT_FOUND,
        "open.preferences[1]: speed (expected: one of [increment, increment-clipped, last,"
            + " last-clipped, mean, mean-clipped, overflowing])");
    assertThat(
            failure(() -> service.scoreSequences(responses(List.of("speed"), List.of(1)).build()))
                .getStatus()
                .getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void refusesWhatDoesNotFitTheContext() throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.send(ScoreClient.message(open(List.of("mean")).setMaxTokens(TinyRewards.CONTEXT)));

    assertFails(
        stream.failure(), Status.Code.INVALID_ARGUMENT, "open.max_tokens: 64 (expected: 1 to 59)");
  }

  @Test
  void refusesScoreAsFirstMessage() throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.send(ScoreClient.message(NONE, 31));

    assertFails(
        stream.failure(),
        Status.Code.INVALID_ARGUMENT,
        "kind: score (expected: open, as the first message)");
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    ScoreSequencesRequest broken =
        ScoreSequencesRequest.newBuilder()
            .setUnknownFields(
                bytes(ScoreSequencesRequest.PREFERENCES_FIELD_NUMBER, new byte[] {(byte) 0xC3, 40}))
            .build();

    StatusRuntimeException refused = failure(() -> service.scoreSequences(broken));

    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refused.getStatus().getDescription()).startsWith("message: ").contains("UTF-8");
  }

  @Test
  void freesSequenceOfStreamWithMessageThatIsNotProtobuf() throws InterruptedException {
    ScoreClient stream = new ScoreClient(channel);
    stream.open(open(List.of("mean")));
    stream.send(
        ScoreRequest.newBuilder()
            .setUnknownFields(bytes(ScoreRequest.SCORE_FIELD_NUMBER, new byte[] {10, 99}))
            .build());

    StatusRuntimeException refused = stream.failure();

    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refused.getStatus().getDescription())
        .startsWith("message: ")
        .contains("panda.api.reward.v1.RewardService/Score");
    awaitOpenSequences(0);
  }

  /** Bytes that stand where a field is, whatever they are. */
  private static UnknownFieldSet bytes(int field, byte[] content) {
    return UnknownFieldSet.newBuilder()
        .addField(
            field,
            UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.copyFrom(content))
                .build())
        .build();
  }

  @Test
  void refusesMessageOverTheLimit() {
    ScoreSequencesRequest large =
        ScoreSequencesRequest.newBuilder().addPreferences("a".repeat(5 << 20)).build();

    assertFails(
        failure(() -> service.scoreSequences(large)),
        Status.Code.INVALID_ARGUMENT,
        "message: 5242885 bytes (expected: at most 4194304 bytes)");
  }

  @Test
  void isHealthy() {
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
  }

  @Test
  void reflectsItsContract() {
    ServerReflectionResponse response =
        reflect(
            ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol("panda.api.reward.v1.RewardService.Score")
                .build());

    assertThat(response.getFileDescriptorResponse().getFileDescriptorProtoList())
        .anyMatch(file -> file.toStringUtf8().contains("RewardService"));
  }

  private ServerReflectionResponse reflect(ServerReflectionRequest request) {
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> call =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answer.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    call.onNext(request);
    return answer.orTimeout(20, TimeUnit.SECONDS).join();
  }
}
