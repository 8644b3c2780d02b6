package dev.panda.orchestrator.workshop.cli;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import dev.panda.api.generation.v1.ListPreferencesRequest;
import dev.panda.api.generation.v1.ListPreferencesResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** The options that say which orchestrator is asked. */
final class Endpoint {
  @Option(
      names = "--endpoint",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:PANDA_ENDPOINT:-127.0.0.1:9000}",
      converter = EndpointConverter.class,
      description = "The orchestrator; also by $PANDA_ENDPOINT (default: ${DEFAULT-VALUE}).")
  private String address;

  @Option(
      names = "--deadline",
      paramLabel = "DURATION",
      defaultValue = "10m",
      converter = DurationConverter.class,
      description = "Longest time for one answer, as in 10s or 2m (default: ${DEFAULT-VALUE}).")
  private Duration deadline;

  /** Opens a connection; the caller closes it. */
  Connection connect() {
    return new Connection(NettyChannelBuilder.forTarget(address).usePlaintext().build(), deadline);
  }

  String address() {
    return address;
  }

  /** Sets the address in place of the option. */
  void use(String orchestrator) {
    address = orchestrator;
  }

  /** A connection to the orchestrator. Any number of threads may use it. */
  record Connection(ManagedChannel channel, Duration deadline) implements AutoCloseable {

    /** Generates one response: its tokens, then its summary. */
    Iterator<GenerateResponse> generate(GenerateRequest request) {
      return stub().generate(request);
    }

    ListPreferencesResponse preferences() {
      return stub().listPreferences(ListPreferencesRequest.getDefaultInstance());
    }

    private GenerationServiceGrpc.GenerationServiceBlockingStub stub() {
      return GenerationServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
      channel.shutdownNow();
    }
  }
}
