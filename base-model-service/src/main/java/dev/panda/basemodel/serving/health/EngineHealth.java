package dev.panda.basemodel.serving.health;

import dev.panda.answer.quarkus.ServingHealth;
import dev.panda.basemodel.serving.model.BaseModel;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Makes the service's health depend on its engine. A failed engine does not recover, so the service
 * is not live any more and should be started again.
 */
@Liveness
@Singleton
final class EngineHealth implements HealthCheck {
  private final CompletableFuture<Throwable> failure;

  @Inject
  EngineHealth(BaseModel model) {
    this(model.engine().failure());
  }

  EngineHealth(CompletableFuture<Throwable> failure) {
    this.failure = failure;
  }

  void watch(@Observes StartupEvent started, ServingHealth health) {
    health.endWith("engine", failure);
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("engine").status(!failure.isDone()).build();
  }
}
