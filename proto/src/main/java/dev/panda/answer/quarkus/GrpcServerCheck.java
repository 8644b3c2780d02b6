package dev.panda.answer.quarkus;

import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.runtime.PreventFurtherStepsException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Ends the start of a service whose gRPC port is in use. Quarkus only logs that its separate gRPC
 * server did not start, and goes on without it.
 */
@Singleton
class GrpcServerCheck {
  private static final Logger LOG = Logger.getLogger(GrpcServerCheck.class);
  private static final int NO_PORT = -1;
  private static final int EXIT_CODE = 1;

  private final String host;
  private final int port;

  GrpcServerCheck(
      @ConfigProperty(name = "quarkus.grpc.server.host") String host,
      @ConfigProperty(name = "quarkus.grpc.server.port") int port) {
    this.host = host;
    this.port = port;
  }

  /** Runs after Quarkus has tried to start its gRPC server. */
  void started(@Observes StartupEvent event, GrpcServer server) {
    if (server.getPort() == NO_PORT) {
      LOG.fatalf(
          "quarkus.grpc.server.port: %d on %s is not served (expected: a free port)", port, host);
      Quarkus.asyncExit(EXIT_CODE); // the exception alone leaves a process that waits
      throw new PreventFurtherStepsException(null, EXIT_CODE);
    }
  }
}
