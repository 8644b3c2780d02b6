package dev.panda.orchestrator.workshop.ask;

import dev.panda.orchestrator.serving.client.GenerationClient;
import dev.panda.orchestrator.workshop.cli.DurationConverter;
import dev.panda.orchestrator.workshop.cli.EndpointConverter;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options that name the orchestrator. */
public final class Endpoint {
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

  /** Sets the address in place of the option. */
  public void use(String orchestrator) {
    address = orchestrator;
  }

  public Duration deadline() {
    return deadline;
  }

  /** Connects to the orchestrator at the first call; the caller closes the client. */
  public GenerationClient connect() {
    return new GenerationClient(address, deadline);
  }
}
