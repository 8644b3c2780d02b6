package dev.panda.orchestrator.api.grpc;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import dev.panda.api.generation.v1.ListPreferencesRequest;
import dev.panda.api.generation.v1.ListPreferencesResponse;
import dev.panda.api.generation.v1.Preference;
import dev.panda.orchestrator.client.ServedPreference;
import dev.panda.orchestrator.generation.Generator;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Translates the contract's calls. It is called on event loops; a generation runs on a thread of
 * its own, so that its steps read one after the other.
 */
@GrpcService
class GenerationGrpcService extends GenerationServiceGrpc.GenerationServiceImplBase {
  private final Generator generator;
  private final ExecutorService threads;

  @Inject
  GenerationGrpcService(Generator generator) {
    this.generator = generator;
    this.threads = Executors.newCachedThreadPool(task -> new Thread(task, "generation"));
  }

  @Override
  public void generate(GenerateRequest request, StreamObserver<GenerateResponse> client) {
    Executor workers = Context.currentContextExecutor(threads);
    GenerateCall call =
        new GenerateCall((ServerCallStreamObserver<GenerateResponse>) client, generator, workers);
    workers.execute(() -> call.run(request));
  }

  @Override
  public void listPreferences(
      ListPreferencesRequest request, StreamObserver<ListPreferencesResponse> client) {
    Context.currentContextExecutor(threads).execute(() -> listPreferences(client));
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
    threads.shutdownNow();
  }
}
