package dev.panda.answer.quarkus;

import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/**
 * Reports {@code NOT_SERVING} once what the service stands on has failed: over gRPC, and over HTTP,
 * as readiness reads the same place. A supervisor can then start the service again.
 */
@Singleton
public class ServingHealth {
  private static final Logger LOG = Logger.getLogger(ServingHealth.class);

  private final GrpcHealthStorage health;

  // Guarded by this.
  private ServingStatus told;
  private boolean ended;

  public ServingHealth(GrpcHealthStorage health) {
    this.health = health;
  }

  /**
   * Watches one part of the service.
   *
   * @param part its name, for the log
   * @param failure completes with the cause when the part fails for good
   */
  public void endWith(String part, CompletableFuture<Throwable> failure) {
    CompletableFuture<Void> unused = failure.thenAccept(cause -> end(part, cause));
  }

  private void end(String part, Throwable cause) {
    LOG.fatalf(cause, "%s: failed; nothing is served until the service is started again", part);
    end();
  }

  /** Reports {@code NOT_SERVING} from now on. */
  synchronized void end() {
    ended = true;
    set(ServingStatus.NOT_SERVING);
  }

  /** Reports whether the service serves for now; after its end it never does. */
  public synchronized void serve(boolean serves) {
    if (!ended) {
      set(serves ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
    }
  }

  private void set(ServingStatus status) {
    if (status == told) {
      return;
    }
    told = status;
    health.setStatus(GrpcHealthStorage.DEFAULT_SERVICE_NAME, status);
    for (String service : List.copyOf(health.getStatuses().keySet())) {
      health.setStatus(service, status);
    }
  }
}
