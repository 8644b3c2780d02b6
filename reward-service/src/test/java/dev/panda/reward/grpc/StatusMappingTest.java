package dev.panda.reward.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.panda.reward.head.RewardException;
import dev.panda.reward.head.RewardTrace;
import dev.panda.reward.testing.TinyModels;
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
  private static final Map<Reason, Status.Code> CODES = new EnumMap<>(Reason.class);

  static {
    CODES.put(Reason.FIELD_INVALID, Status.Code.INVALID_ARGUMENT);
    CODES.put(Reason.MESSAGE_OUT_OF_ORDER, Status.Code.INVALID_ARGUMENT);
    CODES.put(Reason.MESSAGE_UNREADABLE, Status.Code.INVALID_ARGUMENT);
    CODES.put(Reason.MESSAGE_TOO_LARGE, Status.Code.INVALID_ARGUMENT);
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
    StatusRuntimeException status = StatusMapping.of(failure(reason));

    assertThat(status.getStatus().getCode()).isEqualTo(CODES.get(reason));
    ErrorInfo info = detail(status, ErrorInfo.class).orElseThrow();
    assertThat(info.getReason()).isEqualTo(reason.name());
    assertThat(info.getDomain()).isEqualTo(StatusMapping.DOMAIN);
    assertThat(detail(status, RetryInfo.class).isPresent())
        .isEqualTo(reason == Reason.NO_CACHE_ROOM);
    assertThat(detail(status, BadRequest.class).isPresent())
        .isEqualTo(failure(reason) instanceof RefusedException);
  }

  private static RuntimeException failure(Reason reason) {
    return switch (reason) {
      case NO_CACHE_ROOM -> new CapacityException("room: none", Duration.ofMillis(1500));
      case STOPPING -> new CancellationException();
      case REWARD_NOT_FINITE -> notFinite();
      case INTERNAL_FAILURE -> new IllegalStateException("a failure that a test makes");
      default -> new RefusedException(reason, "open.max_candidates", 0, "1 to 256");
    };
  }

  /** As a reward model fails whose third token's read-out is not a number. */
  private static RewardException notFinite() {
    RewardTrace trace = new RewardTrace(TinyModels.plain("kindness"));
    trace.accept(1);
    trace.accept(1);
    return catchThrowableOfType(RewardException.class, () -> trace.accept(Float.NaN));
  }

  @Test
  void namesPreferenceAndStep() {
    StatusRuntimeException status = StatusMapping.of(notFinite());

    assertThat(status.getStatus().getDescription())
        .isEqualTo("preference kindness, step 2: reward: NaN (expected: finite)");
    assertThat(detail(status, ErrorInfo.class).orElseThrow().getMetadataMap())
        .containsEntry("preference", "kindness")
        .containsEntry("step", "2");
  }

  @Test
  void namesFieldValueAndWhatIsAccepted() {
    StatusRuntimeException status =
        StatusMapping.of(RefusedException.field("open.max_candidates", 0, "1 to 256"));

    assertThat(status.getStatus().getDescription())
        .isEqualTo("open.max_candidates: 0 (expected: 1 to 256)");
    assertThat(detail(status, ErrorInfo.class).orElseThrow().getMetadataMap())
        .containsEntry("field", "open.max_candidates")
        .containsEntry("value", "0")
        .containsEntry("expected", "1 to 256");
    assertThat(
            detail(status, BadRequest.class)
                .orElseThrow()
                .getFieldViolationsList()
                .get(0)
                .getField())
        .isEqualTo("open.max_candidates");
  }

  @Test
  void saysWhenToTryAgain() {
    StatusRuntimeException status =
        StatusMapping.of(new CapacityException("room: none", Duration.ofMillis(1500)));

    RetryInfo retry = detail(status, RetryInfo.class).orElseThrow();
    assertThat(retry.getRetryDelay().getSeconds()).isEqualTo(1);
    assertThat(retry.getRetryDelay().getNanos()).isEqualTo(500_000_000);
  }

  @Test
  void looksBehindCompletionExceptions() {
    StatusRuntimeException status =
        StatusMapping.of(
            new CompletionException(
                new CompletionException(
                    RefusedException.field("open.max_candidates", 0, "1 to 256"))));

    assertThat(status.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void keepsStatusThatWasChosen() {
    StatusRuntimeException chosen = Status.NOT_FOUND.asRuntimeException();

    assertThat(StatusMapping.of(chosen)).isSameAs(chosen);
  }

  @Test
  void tellsNothingOfAnInternalCause() {
    assertThat(StatusMapping.of(new IllegalStateException("secret")).getStatus().getDescription())
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
