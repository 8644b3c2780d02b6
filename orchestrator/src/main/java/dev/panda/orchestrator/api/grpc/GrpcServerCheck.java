package dev.panda.orchestrator.api.grpc;

import io.quarkus.grpc.api.ServerBuilderCustomizer;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.quarkus.runtime.PreventFurtherStepsException;
import io.vertx.grpc.VertxServerBuilder;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ends a start whose gRPC port is in use; Quarkus would only log it, and go on without gRPC. */
@Singleton
class GrpcServerCheck implements ServerBuilderCustomizer<VertxServerBuilder> {
  private static final int EXIT_CODE = 1;

  @Override
  public void customize(GrpcServerConfiguration config, VertxServerBuilder builder) {
    try (ServerSocket socket =
        new ServerSocket(config.port(), 1, InetAddress.getByName(config.host()))) {
      socket.setReuseAddress(true);
    } catch (IOException e) {
      throw new PreventFurtherStepsException(
          "quarkus.grpc.server.port: %d on %s: %s (expected: a free port)"
              .formatted(config.port(), config.host(), e.getMessage()),
          EXIT_CODE);
    }
  }
}
