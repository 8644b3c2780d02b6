package dev.panda.reward.serving.grpc;

import dev.panda.answer.Drain;
import dev.panda.answer.MessageGuard;
import dev.panda.answer.quarkus.EventLoop;
import dev.panda.api.reward.v1.ListPreferencesRequest;
import dev.panda.api.reward.v1.ListPreferencesResponse;
import dev.panda.api.reward.v1.RewardServiceGrpc;
import dev.panda.api.reward.v1.ScoreRequest;
import dev.panda.api.reward.v1.ScoreResponse;
import dev.panda.api.reward.v1.ScoreSequencesRequest;
import dev.panda.api.reward.v1.ScoreSequencesResponse;
import dev.panda.reward.serving.config.RewardConfig;
import dev.panda.reward.serving.model.ServedRewards;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Translates the contract's calls. gRPC calls it on event loops, and it never waits.
 *
 * <p>It binds itself, which the generated base class does not allow, so that {@link MessageGuard}
 * answers messages that cannot be read.
 */
@GrpcService
class RewardGrpcService implements BindableService, RewardServiceGrpc.AsyncService {
  private final ServedRewards served;
  private final RewardConfig config;
  private final Drain drain;
  private final Limits limits;
  private final ScoreRequests requests;

  @Inject
  RewardGrpcService(ServedRewards served, RewardConfig config, Drain drain) {
    this.served = served;
    this.config = config;
    this.drain = drain;
    this.limits = Limits.of(config, served.backbone());
    this.requests =
        new ScoreRequests(
            served.models().stream().map(model -> model.card().preference()).toList(), limits);
  }

  @Override
  public ServerServiceDefinition bindService() {
    return drain.over(
        MessageGuard.guard(
            RewardServiceGrpc.bindService(this),
            Statuses.MAPPING,
            config.maxMessageSize().asLongValue()),
        Statuses.MAPPING);
  }

  @Override
  public void listPreferences(
      ListPreferencesRequest request, StreamObserver<ListPreferencesResponse> client) {
    client.onNext(Descriptions.of(served, limits));
    client.onCompleted();
  }

  @Override
  public StreamObserver<ScoreRequest> score(StreamObserver<ScoreResponse> client) {
    return new ScoreStream(
        (ServerCallStreamObserver<ScoreResponse>) client,
        requests,
        served.models(),
        this::open,
        EventLoop.current());
  }

  @Override
  public void scoreSequences(
      ScoreSequencesRequest request, StreamObserver<ScoreSequencesResponse> client) {
    Executor eventLoop = EventLoop.current();
    CompletableFuture<double[]> rewards;
    try {
      rewards =
          new ResponseScoring(requests.responses(request), served.models(), this::open, eventLoop)
              .start();
    } catch (RuntimeException e) {
      client.onError(Statuses.of(e));
      return;
    }
    ((ServerCallStreamObserver<ScoreSequencesResponse>) client)
        .setOnCancelHandler(() -> rewards.cancel(false));
    CompletableFuture<double[]> unused =
        rewards.whenComplete(
            (answer, failure) -> {
              if (!rewards.isCancelled()) {
                eventLoop.execute(() -> send(client, answer, failure));
              }
            });
  }

  private CompletableFuture<ReadoutSource> open(int maxTokens, int maxCandidates) {
    return EngineReadoutSource.open(served, maxTokens, maxCandidates);
  }

  private static void send(
      StreamObserver<ScoreSequencesResponse> client, double[] rewards, Throwable failure) {
    if (failure != null) {
      client.onError(Statuses.of(failure));
      return;
    }
    ScoreSequencesResponse.Builder response = ScoreSequencesResponse.newBuilder();
    Arrays.stream(rewards).forEach(response::addRewards);
    client.onNext(response.build());
    client.onCompleted();
  }
}
