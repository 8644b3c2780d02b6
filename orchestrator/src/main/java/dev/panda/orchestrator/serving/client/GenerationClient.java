package dev.panda.orchestrator.serving.client;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import dev.panda.api.generation.v1.GenerationServiceGrpc.GenerationServiceBlockingStub;
import dev.panda.api.generation.v1.ListPreferencesRequest;
import dev.panda.api.generation.v1.ListPreferencesResponse;
import dev.panda.orchestrator.serving.port.ServiceException;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * An orchestrator, as its clients call it. Any number of threads may use it; the caller closes it.
 *
 * <p>All methods, those of the iterators included, throw {@link ServiceException} if the
 * orchestrator fails or refuses.
 */
public final class GenerationClient implements AutoCloseable {
  private final String service;
  private final ManagedChannel channel;
  private final Duration deadline;

  /**
   * Connects at the first call.
   *
   * @param address {@code host:port}
   * @param deadline longest time for one answer
   */
  public GenerationClient(String address, Duration deadline) {
    service = "orchestrator at " + address;
    channel = Connection.to(address);
    this.deadline = deadline;
  }

  /** Generates one response: its tokens as they come, then its summary. */
  public Iterator<GenerateResponse> generate(GenerateRequest request) {
    Iterator<GenerateResponse> responses = stub().generate(request);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return ask(responses::hasNext);
      }

      @Override
      public GenerateResponse next() {
        return ask(responses::next);
      }
    };
  }

  /** Lists the preferences that responses can follow. */
  public ListPreferencesResponse listPreferences() {
    return ask(() -> stub().listPreferences(ListPreferencesRequest.getDefaultInstance()));
  }

  private GenerationServiceBlockingStub stub() {
    return GenerationServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
  }

  private <A> A ask(Supplier<A> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      throw Failures.of(service, e.getStatus().asException(e.getTrailers()));
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
