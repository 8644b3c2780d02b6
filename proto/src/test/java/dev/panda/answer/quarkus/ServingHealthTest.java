package dev.panda.answer.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ServingHealthTest {
  private static final String SERVICE = "panda.Service";

  @Test
  void aServiceThatEndedNeverServesAgain() {
    GrpcHealthStorage health = new GrpcHealthStorage();
    health.setStatus(SERVICE, ServingStatus.SERVING);
    ServingHealth serving = new ServingHealth(health);

    serving.serve(false);
    assertThat(health.statusForService(SERVICE).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    serving.serve(true);
    assertThat(health.statusForService(SERVICE).getStatus()).isEqualTo(ServingStatus.SERVING);

    serving.end();
    serving.serve(true);
    assertThat(health.statusForService(SERVICE).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
  }

  @Test
  void aServiceWhosePartFailedDoesNotServe() {
    GrpcHealthStorage health = new GrpcHealthStorage();
    health.setStatus(SERVICE, ServingStatus.SERVING);
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    new ServingHealth(health).endWith("engine", failure);
    assertThat(health.statusForService(SERVICE).getStatus()).isEqualTo(ServingStatus.SERVING);

    failure.complete(new OutOfMemoryError("Java heap space"));

    assertThat(health.statusForService(SERVICE).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(health.statusForService(GrpcHealthStorage.DEFAULT_SERVICE_NAME).getStatus())
        .isEqualTo(ServingStatus.NOT_SERVING);
  }
}
