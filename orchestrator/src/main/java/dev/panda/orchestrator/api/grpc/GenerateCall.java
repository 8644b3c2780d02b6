package dev.panda.orchestrator.api.grpc;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.orchestrator.api.grpc.GenerateResponses.Timing;
import dev.panda.orchestrator.generation.GeneratedToken;
import dev.panda.orchestrator.generation.GenerationRequest;
import dev.panda.orchestrator.generation.Generator;
import dev.panda.orchestrator.generation.Outcome;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;

/**
 * One {@code Generate} call. {@link #run} occupies a worker thread until the response is finished,
 * and waits where the client reads slowly. When the client goes away, the calls that it makes end
 * with the call's gRPC context.
 */
final class GenerateCall {
  private final ServerCallStreamObserver<GenerateResponse> client;
  private final Generator generator;
  private final Executor workers;
  private final Object ready = new Object();
  private final long start = System.nanoTime();
  private long firstToken;

  /** Made on the thread that gRPC calls the service on, where handlers may be set. */
  GenerateCall(
      ServerCallStreamObserver<GenerateResponse> client, Generator generator, Executor workers) {
    this.client = client;
    this.generator = generator;
    this.workers = workers;
    client.setOnReadyHandler(this::wake);
    client.setOnCancelHandler(this::wake);
  }

  void run(GenerateRequest request) {
    try {
      GenerationRequest valid = GenerateRequests.parse(request);
      Outcome outcome =
          generator.generate(valid, token -> send(token, valid.allCandidates()), workers);
      Timing timing = new Timing(since(start, firstToken), since(start, System.nanoTime()));
      send(GenerateResponses.summary(outcome, timing));
      client.onCompleted();
    } catch (RuntimeException | Error e) {
      if (!client.isCancelled()) {
        client.onError(StatusMapping.of(e));
      }
    }
  }

  private void send(GeneratedToken token, boolean allCandidates) {
    if (token.index() == 0) {
      firstToken = System.nanoTime();
    }
    send(GenerateResponses.token(token, allCandidates));
  }

  private void send(GenerateResponse response) {
    synchronized (ready) {
      while (!client.isReady() && !client.isCancelled()) {
        try {
          ready.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new CancellationException("generation: interrupted (expected: to be finished)");
        }
      }
    }
    if (client.isCancelled()) {
      throw new CancellationException("client: gone (expected: to read the response)");
    }
    client.onNext(response);
  }

  private void wake() {
    synchronized (ready) {
      ready.notifyAll();
    }
  }

  private static Duration since(long from, long to) {
    return Duration.ofNanos(to - from);
  }
}
