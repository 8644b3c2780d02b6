package dev.panda.answer.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class EngineHealthTest {
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final EngineHealth health = new EngineHealth(failure) {};

  @Test
  void aServiceWhoseEngineFailedIsNotLive() {
    assertThat(health.call().getStatus()).isEqualTo(Status.UP);

    failure.complete(new OutOfMemoryError("Java heap space"));

    assertThat(health.call().getName()).isEqualTo("engine");
    assertThat(health.call().getStatus()).isEqualTo(Status.DOWN);
  }
}
