package dev.panda.orchestrator.serving.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.answer.ErrorDetails;
import dev.panda.answer.RefusedException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class StatusesTest {

  @Test
  void nameThisService() {
    StatusRuntimeException status = Statuses.of(RefusedException.field("k", 0, "1 to 256"));

    assertThat(details(status).domain()).isEqualTo("generation.panda.dev");
    assertThat(details(status).reason()).isEqualTo("FIELD_INVALID");
  }

  @Test
  void nameACancellation() {
    StatusRuntimeException status = Statuses.of(new CancellationException());

    assertThat(status.getStatus().getCode()).isEqualTo(Status.Code.CANCELLED);
    assertThat(details(status).reason()).isEqualTo("CANCELLED");
  }

  private static ErrorDetails details(StatusRuntimeException status) {
    return ErrorDetails.of(status);
  }
}
