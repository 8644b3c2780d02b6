package dev.panda.orchestrator.attack;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** One generation that a client has asked for. */
final class Generation implements ClientResponseObserver<GenerateRequest, GenerateResponse> {
  private static final long PATIENCE_SECONDS = 240;

  private final CompletableFuture<Void> begun = new CompletableFuture<>();
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  private final Queue<Integer> tokens = new ConcurrentLinkedQueue<>();
  private final long start = System.nanoTime();
  private ClientCallStreamObserver<GenerateRequest> call;

  /** Asks for it. */
  static Generation start(Channel orchestrator, GenerateRequest request) {
    Generation generation = new Generation();
    GenerationServiceGrpc.newStub(orchestrator).generate(request, generation);
    return generation;
  }

  /** Asks for several at once. */
  static List<Generation> start(int number, Channel orchestrator, GenerateRequest request) {
    return start(number, () -> start(orchestrator, request));
  }

  static List<Generation> start(int number, Supplier<Generation> start) {
    return Stream.generate(start).limit(number).toList();
  }

  /** Waits for the ends of all. */
  static List<Outcome> outcomes(List<Generation> generations) {
    return generations.stream().map(Generation::outcome).toList();
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<GenerateRequest> client) {
    call = client;
  }

  @Override
  public void onNext(GenerateResponse response) {
    if (response.hasToken()) {
      tokens.add(response.getToken().getId());
      begun.complete(null);
    }
  }

  @Override
  public void onError(Throwable failure) {
    outcome.complete(Outcome.failed(failure, time()));
    begun.complete(null);
  }

  @Override
  public void onCompleted() {
    outcome.complete(Outcome.answered(time()));
    begun.complete(null);
  }

  private Duration time() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  void cancel() {
    call.cancel("the client goes away", null);
  }

  /** Waits for the first token, or the end. */
  Generation begun() {
    await(begun);
    return this;
  }

  /** Waits for the end. */
  Outcome outcome() {
    return await(outcome);
  }

  boolean hasEnded() {
    return outcome.isDone();
  }

  /** The tokens so far. */
  List<Integer> tokens() {
    return List.copyOf(tokens);
  }

  private static <T> T await(CompletableFuture<T> future) {
    return future.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }
}
