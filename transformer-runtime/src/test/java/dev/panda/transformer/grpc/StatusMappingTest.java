package dev.panda.transformer.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.panda.transformer.engine.CapacityException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatusMappingTest {
  private static final StatusMapping STATUSES =
      new StatusMapping("test.panda.dev", StatusMappingTest::own);

  /** A failure that only the service knows. */
  private static final class OddException extends RuntimeException {
    private static final long serialVersionUID = 1;

    OddException() {
      super("number: 3 (expected: even)");
    }
  }

  private static Optional<StatusMapping.OwnFailure> own(Throwable failure) {
    return failure instanceof OddException odd
        ? Optional.of(
            new StatusMapping.OwnFailure(
                Reason.REWARD_NOT_FINITE, odd.getMessage(), Map.of("number", "3")))
        : Optional.empty();
  }

  private static final Map<Reason, Status.Code> CODES = new EnumMap<>(Reason.class);

  static {
    CODES.put(Reason.FIELD_INVALID, Status.Code.INVALID_ARGUMENT);
    CODES.put(Reason.MESSAGE_OUT_OF_ORDER, Status.Code.INVALID_ARGUMENT);
    CODES.put(Reason.MESSAGE_UNREADABLE, Status.Code.INVALID_ARGUMENT);
    CODES.put(Reason.MESSAGE_TOO_LARGE, Status.Code.INVALID_ARGUMENT);
    CODES.put(Reason.NO_CHAT_TEMPLATE, Status.Code.FAILED_PRECONDITION);
    CODES.put(Reason.PREFERENCE_NOT_SERVED, Status.Code.NOT_FOUND);
    CODES.put(Reason.DEADLINE_PASSED, Status.Code.DEADLINE_EXCEEDED);
    CODES.put(Reason.NO_CACHE_ROOM, Status.Code.RESOURCE_EXHAUSTED);
    CODES.put(Reason.STOPPING, Status.Code.UNAVAILABLE);
    CODES.put(Reason.REWARD_NOT_FINITE, Status.Code.INTERNAL);
    CODES.put(Reason.INTERNAL_FAILURE, Status.Code.INTERNAL);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void everyReasonHasItsCodeAndItsDetails(Reason reason) {
    StatusRuntimeException status = STATUSES.of(failure(reason));

    assertThat(status.getStatus().getCode()).isEqualTo(CODES.get(reason));
    ErrorInfo info = detail(status, ErrorInfo.class).orElseThrow();
    assertThat(info.getReason()).isEqualTo(reason.name());
    assertThat(info.getDomain()).isEqualTo("test.panda.dev");
    assertThat(detail(status, RetryInfo.class).isPresent())
        .isEqualTo(reason == Reason.NO_CACHE_ROOM);
    assertThat(detail(status, BadRequest.class).isPresent())
        .isEqualTo(failure(reason) instanceof RefusedException);
  }

  private static RuntimeException failure(Reason reason) {
    return switch (reason) {
      case NO_CACHE_ROOM -> new CapacityException("room: none", Duration.ofMillis(1500));
      case STOPPING -> new CancellationException();
      case REWARD_NOT_FINITE -> new OddException();
      case INTERNAL_FAILURE -> new IllegalStateException("a failure that a test makes");
      default -> new RefusedException(reason, "open.k", 0, "1 to 256");
    };
  }

  @Test
  void namesFieldValueAndWhatIsAccepted() {
    StatusRuntimeException status = STATUSES.of(RefusedException.field("open.k", 0, "1 to 256"));

    assertThat(status.getStatus().getDescription()).isEqualTo("open.k: 0 (expected: 1 to 256)");
    assertThat(detail(status, ErrorInfo.class).orElseThrow().getMetadataMap())
        .containsEntry("field", "open.k")
        .containsEntry("value", "0")
        .containsEntry("expected", "1 to 256");
    assertThat(
            detail(status, BadRequest.class)
                .orElseThrow()
                .getFieldViolationsList()
                .get(0)
                .getField())
        .isEqualTo("open.k");
  }

  @Test
  void tellsWhatTheServiceAloneKnows() {
    StatusRuntimeException status = STATUSES.of(new CompletionException(new OddException()));

    assertThat(status.getStatus().getDescription()).isEqualTo("number: 3 (expected: even)");
    assertThat(detail(status, ErrorInfo.class).orElseThrow().getMetadataMap())
        .containsEntry("number", "3");
  }

  @Test
  void saysWhenToTryAgain() {
    StatusRuntimeException status =
        STATUSES.of(new CapacityException("room: none", Duration.ofMillis(1500)));

    RetryInfo retry = detail(status, RetryInfo.class).orElseThrow();
    assertThat(retry.getRetryDelay().getSeconds()).isEqualTo(1);
    assertThat(retry.getRetryDelay().getNanos()).isEqualTo(500_000_000);
  }

  @Test
  void looksBehindCompletionExceptions() {
    StatusRuntimeException status =
        STATUSES.of(
            new CompletionException(
                new CompletionException(RefusedException.field("open.k", 0, "1 to 256"))));

    assertThat(status.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void keepsStatusThatWasChosen() {
    StatusRuntimeException chosen = Status.NOT_FOUND.asRuntimeException();

    assertThat(STATUSES.of(chosen)).isSameAs(chosen);
  }

  @Test
  void tellsNothingOfAnInternalCause() {
    assertThat(STATUSES.of(new IllegalStateException("secret")).getStatus().getDescription())
        .doesNotContain("secret");
  }

  private static <M extends Message> Optional<M> detail(StatusRuntimeException status, Class<M> m) {
    return StatusProto.fromThrowable(status).getDetailsList().stream()
        .filter(any -> any.is(m))
        .map(any -> unpack(any, m))
        .findFirst();
  }

  private static <M extends Message> M unpack(Any any, Class<M> type) {
    try {
      return any.unpack(type);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(Arrays.toString(any.toByteArray()), e);
    }
  }
}
