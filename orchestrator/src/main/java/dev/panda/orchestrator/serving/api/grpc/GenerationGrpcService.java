package dev.panda.orchestrator.serving.api.grpc;

import dev.panda.answer.Drain;
import dev.panda.answer.MessageGuard;
import dev.panda.answer.Reason;
import dev.panda.answer.RefusedException;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import dev.panda.api.generation.v1.ListPreferencesRequest;
import dev.panda.api.generation.v1.ListPreferencesResponse;
import dev.panda.api.generation.v1.Preference;
import dev.panda.orchestrator.serving.config.OrchestratorConfig;
import dev.panda.orchestrator.serving.generation.Generator;
import dev.panda.orchestrator.serving.port.ServedPreference;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Translates the contract's calls. gRPC calls it on event loops; each call then runs on a thread of
 * its own, so that the code of a generation reads one step after the other.
 *
 * <p>It binds itself, which the generated base class does not allow, so that {@link MessageGuard}
 * answers messages that cannot be read.
 */
@GrpcService
class GenerationGrpcService implements BindableService, GenerationServiceGrpc.AsyncService {
  /** Threads beside those of the generations, which refuse what is too much. */
  private static final int SPARE = 16;

  private final Generator generator;
  private final OrchestratorConfig config;
  private final Drain drain;
  private final ExecutorService calls;
  private final RequestMemory memory = RequestMemory.ofHeap();

  /** Has one thread for each sibling under way; the generator bounds their number. */
  private final ExecutorService siblings;

  @Inject
  GenerationGrpcService(Generator generator, OrchestratorConfig config, Drain drain) {
    this.generator = generator;
    this.config = config;
    this.drain = drain;
    this.calls =
        new ThreadPoolExecutor(
            0,
            config.maxGenerations() + SPARE,
            1,
            TimeUnit.MINUTES,
            new SynchronousQueue<>(),
            task -> new Thread(task, "call"));
    this.siblings = Executors.newCachedThreadPool(task -> new Thread(task, "sibling"));
  }

  @Override
  public ServerServiceDefinition bindService() {
    return drain.over(
        MessageGuard.guard(
            GenerationServiceGrpc.bindService(this),
            Statuses.MAPPING,
            config.maxMessageSize().asLongValue()),
        Statuses.MAPPING);
  }

  @Override
  public void generate(GenerateRequest request, StreamObserver<GenerateResponse> client) {
    GenerateCall call =
        new GenerateCall(
            (ServerCallStreamObserver<GenerateResponse>) client,
            generator,
            Context.currentContextExecutor(siblings),
            config.readingTimeout());
    try {
      GenerateRequests.requireReadable(request);
      RequestMemory.Share share = memory.take(request);
      run(call, request, share);
    } catch (RefusedException e) {
      client.onError(Statuses.of(e));
    }
  }

  private void run(GenerateCall call, GenerateRequest request, RequestMemory.Share share) {
    try {
      Context.currentContextExecutor(calls)
          .execute(
              () -> {
                try (share) {
                  call.run(request);
                }
              });
    } catch (RejectedExecutionException e) {
      share.close();
      throw new RefusedException(
          Reason.TOO_MANY_GENERATIONS,
          "calls",
          config.maxGenerations() + SPARE + " under way",
          "to be tried again later");
    }
  }

  @Override
  public void listPreferences(
      ListPreferencesRequest request, StreamObserver<ListPreferencesResponse> client) {
    CompletableFuture<Void> unused =
        generator.offer().handle((offer, failure) -> answer(client, offer, failure));
  }

  private static Void answer(
      StreamObserver<ListPreferencesResponse> client, Generator.Offer offer, Throwable failure) {
    if (failure != null) {
      client.onError(Statuses.of(failure));
      return null;
    }
    ListPreferencesResponse.Builder response =
        ListPreferencesResponse.newBuilder().setModelId(offer.modelId());
    offer.preferences().forEach(served -> response.addPreferences(preference(served)));
    client.onNext(response.build());
    client.onCompleted();
    return null;
  }

  private static Preference.Builder preference(ServedPreference served) {
    return Preference.newBuilder()
        .setName(served.model().preference())
        .setDescription(served.description())
        .setDefaultStrength(served.defaultStrength());
  }

  @PreDestroy
  void close() {
    calls.shutdownNow();
    siblings.shutdownNow();
  }
}
