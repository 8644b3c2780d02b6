package dev.panda.reward.serving.grpc;

import dev.panda.answer.Connection;
import dev.panda.answer.Drain;
import dev.panda.answer.MessageGuard;
import dev.panda.answer.Parsing;
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
import dev.panda.transformer.engine.Owner;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/**
 * Translates the contract's calls. gRPC calls it on event loops; workers do what takes time.
 *
 * <p>It binds itself, which the generated base class does not allow, so that {@link MessageGuard}
 * answers messages that cannot be read.
 */
@GrpcService
class RewardGrpcService implements BindableService, RewardServiceGrpc.AsyncService {
  private final ServedRewards served;
  private final RewardConfig config;
  private final Drain drain;
  private final Parsing parsing = new Parsing("tokens");
  private final Limits limits;
  private final ScoreRequests requests;
  private final Scoring scoring;

  @Inject
  RewardGrpcService(ServedRewards served, RewardConfig config, Drain drain) {
    this.served = served;
    this.config = config;
    this.drain = drain;
    this.limits = Limits.of(config, served.backbone());
    this.requests =
        new ScoreRequests(
            served.models().stream().map(model -> model.card().preference()).toList(), limits);
    this.scoring = new Scoring(requests, served.models(), config.idleTimeout());
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
        (ServerCallStreamObserver<ScoreResponse>) client, scoring, opener(), EventLoop.current());
  }

  /** A worker parses the responses, which may be many. */
  @Override
  public void scoreSequences(
      ScoreSequencesRequest request, StreamObserver<ScoreSequencesResponse> client) {
    EventLoop eventLoop = EventLoop.current();
    ReadoutSource.Opener opener = opener();
    CompletableFuture<double[]> call = new CompletableFuture<>();
    ((ServerCallStreamObserver<ScoreSequencesResponse>) client)
        .setOnCancelHandler(() -> call.cancel(false));
    CompletableFuture<double[]> unused =
        cancelledWith(
                call,
                parsing.run(() -> requests.length(request), () -> requests.responses(request)))
            .thenComposeAsync(
                valid ->
                    cancelledWith(
                        call,
                        new ResponseScoring(valid, served.models(), opener, eventLoop).start()),
                eventLoop)
            .whenCompleteAsync(
                (rewards, failure) -> {
                  if (!call.isCancelled()) {
                    send(client, rewards, failure);
                  }
                },
                eventLoop);
  }

  private static <T> CompletableFuture<T> cancelledWith(
      CompletableFuture<?> call, CompletableFuture<T> work) {
    Object unused = call.whenComplete((answer, failure) -> work.cancel(false));
    return work;
  }

  /** Opens sequences for the current call. */
  private ReadoutSource.Opener opener() {
    Owner owner =
        new Owner(Connection.current(), (int) (config.connectionShare() * config.cacheTokens()));
    return room -> EngineReadoutSource.open(served, room, owner);
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
