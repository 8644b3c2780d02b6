package dev.panda.answer.quarkus;

import dev.panda.answer.Reason;
import dev.panda.answer.RefusedException;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** Tells a service's health as {@code grpc.health.v1} has it, with its requests under guard. */
@GrpcService
class HealthService implements BindableService, HealthGrpc.AsyncService {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

  /** Supervisors and load balancers are few. */
  static final int MOST_WATCHERS = 256;

  /** All watchers share the ticks; there are none while nobody watches. */
  private final Multi<Long> ticks =
      Multi.createFrom()
          .ticks()
          .every(LOOK_AGAIN)
          .onOverflow()
          .drop()
          .broadcast()
          .withCancellationAfterLastSubscriberDeparture()
          .toAllSubscribers();

  private final Semaphore places = new Semaphore(MOST_WATCHERS);
  private final GrpcHealthStorage health;

  HealthService(GrpcHealthStorage health) {
    this.health = health;
  }

  @Override
  public ServerServiceDefinition bindService() {
    return CommonServices.guard(HealthGrpc.bindService(this));
  }

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> client) {
    client.onNext(health.statusForService(request.getService()));
    client.onCompleted();
  }

  @Override
  public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> client) {
    if (!places.tryAcquire()) {
      throw new RefusedException(
          Reason.TOO_MANY_WATCHERS,
          "watchers",
          MOST_WATCHERS + " of the service's health",
          "to be tried again later, or Check");
    }
    ServerCallStreamObserver<HealthCheckResponse> call =
        (ServerCallStreamObserver<HealthCheckResponse>) client;
    Cancellable watch =
        Multi.createBy()
            .concatenating()
            .streams(Multi.createFrom().item(0L), ticks)
            .filter(tick -> call.isReady())
            .map(tick -> health.statusForService(request.getService()))
            .skip()
            .repetitions()
            .subscribe()
            .with(client::onNext, client::onError);
    call.setOnCancelHandler(
        () -> {
          watch.cancel();
          places.release();
        });
  }
}
