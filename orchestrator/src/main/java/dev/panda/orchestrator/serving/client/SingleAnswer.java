package dev.panda.orchestrator.serving.client;

import dev.panda.orchestrator.serving.port.ServiceException;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/** Receives the description of a service, which no thread waits for. */
record SingleAnswer<A>(String service, CompletableFuture<A> answer) implements StreamObserver<A> {
  @Override
  public void onNext(A value) {
    answer.complete(value);
  }

  @Override
  public void onError(Throwable failure) {
    answer.completeExceptionally(
        Failures.ofDescription(
            Failures.behind(
                service,
                Status.fromThrowable(failure).asException(Status.trailersFromThrowable(failure))),
            service));
  }

  @Override
  public void onCompleted() {
    answer.completeExceptionally(ServiceException.breach(service, "call", "ended", "an answer"));
  }
}
