package dev.panda.orchestrator.serving.api.grpc;

import io.quarkus.grpc.api.ServerBuilderCustomizer;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.quarkus.runtime.PreventFurtherStepsException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import io.vertx.grpc.VertxServerBuilder;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Ends a start whose gRPC port is in use. Quarkus logs what goes wrong while it starts the gRPC
 * server, and goes on without it; so the port is tried before, and the start ended after.
 */
@Singleton
class GrpcServerCheck implements ServerBuilderCustomizer<VertxServerBuilder> {
  private static final Logger LOG = Logger.getLogger(GrpcServerCheck.class);
  private static final int EXIT_CODE = 1;

  private volatile Optional<String> failure = Optional.empty();

  @Override
  public void customize(GrpcServerConfiguration config, VertxServerBuilder builder) {
    try {
      new ServerSocket(config.port(), 1, InetAddress.getByName(config.host())).close();
      failure = Optional.empty();
    } catch (IOException e) {
      failure =
          Optional.of(
              "quarkus.grpc.server.port: %d on %s: %s (expected: a free port)"
                  .formatted(config.port(), config.host(), e.getMessage()));
    }
  }

  void started(@Observes StartupEvent event) {
    if (failure.isPresent()) {
      LOG.fatal(failure.get());
      Quarkus.asyncExit(EXIT_CODE); // the exception alone leaves a process that waits
      throw new PreventFurtherStepsException(null, EXIT_CODE);
    }
  }
}
