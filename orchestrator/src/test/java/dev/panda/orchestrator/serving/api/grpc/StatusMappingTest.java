package dev.panda.orchestrator.serving.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.panda.orchestrator.serving.generation.RefusedException;
import dev.panda.orchestrator.serving.generation.RefusedException.Refusal;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusMappingTest {
  @ParameterizedTest
  @CsvSource({
    "FIELD_INVALID, INVALID_ARGUMENT, FIELD_INVALID",
    "PREFERENCE_NOT_SERVED, NOT_FOUND, PREFERENCE_NOT_SERVED",
    "TOKENIZERS_DIFFER, FAILED_PRECONDITION, TOKENIZERS_DIFFER",
    "BUSY, RESOURCE_EXHAUSTED, TOO_MANY_GENERATIONS"
  })
  void refusalsNameFieldAndReason(Refusal refusal, Status.Code code, String reason)
      throws InvalidProtocolBufferException {
    StatusRuntimeException status =
        StatusMapping.of(new RefusedException(refusal, "k", 0, "1 to 256"));

    assertThat(status.getStatus().getCode()).isEqualTo(code);
    assertThat(status.getStatus().getDescription()).isEqualTo("k: 0 (expected: 1 to 256)");
    ErrorInfo info = detail(status, ErrorInfo.class).orElseThrow();
    assertThat(info.getReason()).isEqualTo(reason);
    assertThat(info.getMetadataMap()).containsEntry("field", "k").containsEntry("value", "0");
    if (refusal == Refusal.BUSY) {
      assertThat(detail(status, RetryInfo.class)).isPresent();
    } else {
      assertThat(detail(status, BadRequest.class).orElseThrow().getFieldViolations(0).getField())
          .isEqualTo("k");
    }
  }

  @Test
  void everyReasonHasACode() {
    assertThat(Reason.values()).extracting(Reason::code).doesNotContain(Status.Code.UNKNOWN);
  }

  @Test
  void cancellationIsToldAsSuch() {
    assertThat(StatusMapping.of(new CancellationException()).getStatus().getCode())
        .isEqualTo(Status.Code.CANCELLED);
  }

  @Test
  void mistakesOfOursTellNothingInside() {
    StatusRuntimeException status = StatusMapping.of(new IllegalStateException("secret"));

    assertThat(status.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(status.getStatus().getDescription()).doesNotContain("secret");
  }

  @Test
  void statusThatWasChosenIsKept() {
    StatusRuntimeException chosen = Status.DATA_LOSS.asRuntimeException();

    assertThat(StatusMapping.of(chosen)).isSameAs(chosen);
  }

  private static <T extends com.google.protobuf.Message> Optional<T> detail(
      StatusRuntimeException status, Class<T> type) throws InvalidProtocolBufferException {
    List<Any> details = StatusProto.fromThrowable(status).getDetailsList();
    for (Any detail : details) {
      if (detail.is(type)) {
        return Optional.of(detail.unpack(type));
      }
    }
    return Optional.empty();
  }
}
