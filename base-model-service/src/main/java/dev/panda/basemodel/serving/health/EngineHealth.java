package dev.panda.basemodel.serving.health;

import dev.panda.basemodel.serving.model.BaseModel;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/**
 * Says {@code NOT_SERVING} once the engine has failed, over gRPC and, since readiness reads the
 * same place, over HTTP. A supervisor can then start the service again.
 */
@Singleton
final class EngineHealth {
  private static final Logger LOG = Logger.getLogger(EngineHealth.class);

  void watch(@Observes StartupEvent started, BaseModel model, GrpcHealthStorage health) {
    watch(model.engine().failure(), health);
  }

  static void watch(CompletableFuture<Throwable> failure, GrpcHealthStorage health) {
    CompletableFuture<Void> unused =
        failure.thenAccept(
            cause -> {
              LOG.fatal(
                  "engine: failed; nothing is served until the service is started again", cause);
              health.setStatus(GrpcHealthStorage.DEFAULT_SERVICE_NAME, ServingStatus.NOT_SERVING);
              for (String service : List.copyOf(health.getStatuses().keySet())) {
                health.setStatus(service, ServingStatus.NOT_SERVING);
              }
            });
  }
}
