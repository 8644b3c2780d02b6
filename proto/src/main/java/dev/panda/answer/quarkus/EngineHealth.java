package dev.panda.answer.quarkus;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Makes a service's health depend on its engine. A failed engine does not recover, so the service
 * is not live any more and should be started again. Each service with an engine makes a liveness
 * check of this.
 */
public abstract class EngineHealth implements HealthCheck {
  private final CompletableFuture<Throwable> failure;

  /**
   * @param failure completes when the engine fails
   */
  protected EngineHealth(CompletableFuture<Throwable> failure) {
    this.failure = failure;
  }

  /** Tells gRPC's health, and with it readiness, too. */
  public void watch(@Observes StartupEvent started, ServingHealth health) {
    health.endWith("engine", failure);
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("engine").status(!failure.isDone()).build();
  }
}
