package dev.panda.answer.quarkus;

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

/** Tells a service's health as {@code grpc.health.v1} has it, with its requests under guard. */
@GrpcService
class HealthService implements BindableService, HealthGrpc.AsyncService {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

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
    Cancellable watch =
        Multi.createFrom()
            .ticks()
            .every(LOOK_AGAIN)
            .onOverflow()
            .drop()
            .map(tick -> health.statusForService(request.getService()))
            .skip()
            .repetitions()
            .subscribe()
            .with(client::onNext, client::onError, client::onCompleted);
    ((ServerCallStreamObserver<HealthCheckResponse>) client).setOnCancelHandler(watch::cancel);
  }
}
