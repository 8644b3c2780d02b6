package dev.panda.basemodel.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.answer.ErrorDetails;
import dev.panda.answer.RefusedException;
import dev.panda.transformer.engine.CapacityException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class StatusesTest {

  @Test
  void nameThisService() {
    StatusRuntimeException status = Statuses.of(RefusedException.field("open.k", 0, "1 to 256"));

    assertThat(details(status).domain()).isEqualTo("basemodel.panda.dev");
    assertThat(details(status).reason()).isEqualTo("FIELD_INVALID");
  }

  @Test
  void sayWhenThereMayBeRoom() {
    StatusRuntimeException status =
        Statuses.of(new CapacityException("room: none", Duration.ofMillis(1500)));

    assertThat(status.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(status.getStatus().getDescription()).isEqualTo("room: none");
    assertThat(details(status).reason()).isEqualTo("NO_CACHE_ROOM");
    assertThat(details(status).metadata()).containsEntry("retryAfter", "PT1.5S");
    assertThat(ErrorDetails.of(status).retryDelay()).contains(Duration.ofMillis(1500));
  }

  @Test
  void leadElsewhereWhileTheServiceStops() {
    StatusRuntimeException status = Statuses.of(new CancellationException());

    assertThat(status.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(details(status).reason()).isEqualTo("STOPPING");
  }

  private static ErrorDetails details(StatusRuntimeException status) {
    return ErrorDetails.of(status);
  }
}
