package dev.panda.orchestrator.serving.api.grpc;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import dev.panda.api.generation.v1.ListPreferencesRequest;
import dev.panda.api.generation.v1.ListPreferencesResponse;
import dev.panda.api.generation.v1.Preference;
import dev.panda.orchestrator.serving.config.OrchestratorConfig;
import dev.panda.orchestrator.serving.generation.Generator;
import dev.panda.orchestrator.serving.generation.RefusedException;
import dev.panda.orchestrator.serving.generation.RefusedException.Refusal;
import dev.panda.orchestrator.serving.port.ServedPreference;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Translates the contract's calls. It is called on event loops; a call runs on a thread of its own,
 * so that a generation's steps read one after the other.
 *
 * <p>It binds itself, which the generated base class would not allow, so that messages that cannot
 * be read are answered by {@link MessageGuard}.
 */
@GrpcService
class GenerationGrpcService implements BindableService, GenerationServiceGrpc.AsyncService {
  /** Threads beside those of the generations. */
  private static final int LISTINGS = 16;

  private final Generator generator;
  private final OrchestratorConfig config;
  private final ExecutorService calls;

  /** Has as many threads as generations have siblings; the generator bounds both. */
  private final ExecutorService siblings;

  @Inject
  GenerationGrpcService(Generator generator, OrchestratorConfig config) {
    this.generator = generator;
    this.config = config;
    this.calls =
        new ThreadPoolExecutor(
            0,
            config.maxGenerations() + LISTINGS,
            1,
            TimeUnit.MINUTES,
            new SynchronousQueue<>(),
            task -> new Thread(task, "call"));
    this.siblings = Executors.newCachedThreadPool(task -> new Thread(task, "sibling"));
  }

  @Override
  public ServerServiceDefinition bindService() {
    return MessageGuard.guard(
        GenerationServiceGrpc.bindService(this), config.maxMessageSize().asLongValue());
  }

  @Override
  public void generate(GenerateRequest request, StreamObserver<GenerateResponse> client) {
    GenerateCall call =
        new GenerateCall(
            (ServerCallStreamObserver<GenerateResponse>) client,
            generator,
            Context.currentContextExecutor(siblings),
            config.stepTimeout());
    run(client, () -> call.run(request));
  }

  @Override
  public void listPreferences(
      ListPreferencesRequest request, StreamObserver<ListPreferencesResponse> client) {
    run(client, () -> listPreferences(client));
  }

  private void run(StreamObserver<?> client, Runnable call) {
    try {
      Context.currentContextExecutor(calls).execute(call);
    } catch (RejectedExecutionException e) {
      client.onError(
          StatusMapping.of(
              new RefusedException(
                  Refusal.BUSY,
                  "calls",
                  config.maxGenerations() + LISTINGS + " under way",
                  "to be tried again later")));
    }
  }

  private void listPreferences(StreamObserver<ListPreferencesResponse> client) {
    try {
      Generator.Offer offer = generator.offer();
      ListPreferencesResponse.Builder response =
          ListPreferencesResponse.newBuilder().setModelId(offer.modelId());
      offer.preferences().forEach(served -> response.addPreferences(preference(served)));
      client.onNext(response.build());
      client.onCompleted();
    } catch (RuntimeException e) {
      client.onError(StatusMapping.of(e));
    }
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
