package dev.panda.orchestrator.serving.api.grpc;

import dev.panda.answer.Reason;
import dev.panda.answer.RefusedException;
import dev.panda.answer.Seconds;
import dev.panda.answer.Turn;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.orchestrator.serving.api.grpc.GenerateResponses.Timing;
import dev.panda.orchestrator.serving.generation.GeneratedToken;
import dev.panda.orchestrator.serving.generation.GenerationRequest;
import dev.panda.orchestrator.serving.generation.Generator;
import dev.panda.orchestrator.serving.generation.Outcome;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * One {@code Generate} call. {@link #run} occupies a worker thread until the response is finished.
 * If the client reads slowly, it waits, but not for ever, however often the client reads a little.
 * When the client goes away, the call's gRPC context ends, and with it the calls to the services.
 */
final class GenerateCall {
  private final ServerCallStreamObserver<GenerateResponse> client;
  private final Generator generator;
  private final Executor workers;
  private final Duration patience;

  /** What is left of the patience; only the call's own thread waits. */
  private long patienceNanos;

  private final Turn turn = Turn.current();
  private final Object ready = new Object();
  private final long start = System.nanoTime();
  private long firstToken;

  /**
   * Must be called on the thread on which gRPC calls the service, as only there handlers may be
   * set.
   *
   * @param workers threads for siblings, in the call's gRPC context
   * @param patience longest time, over the whole call, that it waits for the client to read
   */
  GenerateCall(
      ServerCallStreamObserver<GenerateResponse> client,
      Generator generator,
      Executor workers,
      Duration patience) {
    this.client = client;
    this.generator = generator;
    this.workers = workers;
    this.patience = patience;
    this.patienceNanos = patience.toNanos();
    client.setOnReadyHandler(this::wake);
    client.setOnCancelHandler(this::wake);
  }

  void run(GenerateRequest request) {
    try {
      GenerationRequest valid = GenerateRequests.parse(request);
      Outcome outcome = generator.generate(valid, this::send, workers);
      Timing timing = new Timing(since(start, firstToken), since(start, System.nanoTime()));
      send(GenerateResponses.summary(outcome, timing));
      client.onCompleted();
    } catch (RuntimeException | Error e) {
      if (!client.isCancelled()) {
        client.onError(Statuses.of(e));
      }
    }
  }

  private void send(GeneratedToken token) {
    if (token.index() == 0) {
      firstToken = System.nanoTime();
    }
    send(GenerateResponses.token(token));
  }

  private void send(GenerateResponse response) {
    long began = System.nanoTime();
    turn.toClient();
    synchronized (ready) {
      while (!client.isReady() && !client.isCancelled()) {
        long left = patienceNanos - since(began, System.nanoTime()).toNanos();
        if (left <= 0) {
          throw new RefusedException(
              Reason.RESPONSE_NOT_READ,
              "response",
              "not read",
              "to be read without making the service wait for more than %s in all"
                  .formatted(Seconds.of(patience)));
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(ready, left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new CancellationException("generation: interrupted (expected: to be finished)");
        }
      }
    }
    turn.toService();
    patienceNanos -= System.nanoTime() - began;
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
