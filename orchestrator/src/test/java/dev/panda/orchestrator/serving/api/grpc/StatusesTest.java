package dev.panda.orchestrator.serving.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.answer.ErrorDetails;
import dev.panda.answer.RefusedException;
import dev.panda.orchestrator.serving.port.ServiceException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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

  @ParameterizedTest
  @CsvSource({
    "INVALID_REQUEST,     INVALID_ARGUMENT,    INVALID_ARGUMENT",
    "NOT_FOUND,           NOT_FOUND,           NOT_FOUND",
    "FAILED_PRECONDITION, FAILED_PRECONDITION, FAILED_PRECONDITION",
    "NO_ROOM,             RESOURCE_EXHAUSTED,  RESOURCE_EXHAUSTED",
    "IDLE,                UNAVAILABLE,         SERVICE_UNREACHABLE",
    "UNREACHABLE,         UNAVAILABLE,         SERVICE_UNREACHABLE",
    "TIMED_OUT,           DEADLINE_EXCEEDED,   DEADLINE_PASSED",
    "CANCELLED,           CANCELLED,           CANCELLED",
    "BREACH,              INTERNAL,            SERVICE_FAILED",
    "FAILED,              INTERNAL,            SERVICE_FAILED"
  })
  void nameTheFailuresOfServices(ServiceException.Kind kind, Status.Code code, String reason) {
    StatusRuntimeException status =
        Statuses.of(new ServiceException("reward service", kind, "away", ErrorDetails.NONE, null));

    assertThat(status.getStatus().getCode()).isEqualTo(code);
    assertThat(status.getStatus().getDescription()).isEqualTo("reward service: away");
    assertThat(details(status).reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @EnumSource(ServiceException.Kind.class)
  void theTableHasEveryKind(ServiceException.Kind kind) throws NoSuchMethodException {
    String[] rows =
        getClass()
            .getDeclaredMethod(
                "nameTheFailuresOfServices",
                ServiceException.Kind.class,
                Status.Code.class,
                String.class)
            .getAnnotation(CsvSource.class)
            .value();

    assertThat(rows).filteredOn(row -> row.startsWith(kind + ",")).hasSize(1);
  }

  @Test
  void passOnServiceAndFieldOfABreach() {
    StatusRuntimeException status =
        Statuses.of(ServiceException.breach("reward service at a:1", "scores.rewards", 3, "4"));

    assertThat(details(status).metadata())
        .containsEntry("service", "reward service at a:1")
        .containsEntry("field", "scores.rewards");
  }
}
