package dev.panda.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Help;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorDetailsTest {
  private static final Any INFO = Any.pack(ErrorInfo.newBuilder().setReason("FULL").build());
  private static final Any RETRY =
      Any.pack(
          RetryInfo.newBuilder()
              .setRetryDelay(Duration.newBuilder().setSeconds(2).setNanos(500_000_000))
              .build());
  private static final Any FIELDS =
      Any.pack(
          BadRequest.newBuilder()
              .addFieldViolations(BadRequest.FieldViolation.newBuilder().setField("k"))
              .addFieldViolations(BadRequest.FieldViolation.newBuilder().setField("top_p"))
              .build());
  private static final Any OTHER = Any.pack(Help.getDefaultInstance());

  @Test
  void findsEachDetailWhereverItStands() {
    for (List<Any> order :
        List.of(
            List.of(INFO, RETRY, FIELDS),
            List.of(OTHER, FIELDS, INFO, RETRY),
            List.of(RETRY, FIELDS, INFO, OTHER))) {
      ErrorDetails details = ErrorDetails.of(failure(order));

      assertThat(details.reason()).isEqualTo("FULL");
      assertThat(details.retryDelay()).contains(java.time.Duration.ofMillis(2500));
      assertThat(details.violations())
          .extracting(ErrorDetails.Violation::field)
          .containsExactly("k", "top_p");
    }
  }

  @Test
  void isEmptyIfTheServiceSentNone() {
    assertThat(ErrorDetails.of(Status.UNAVAILABLE.asRuntimeException()))
        .isEqualTo(ErrorDetails.NONE);
  }

  @Test
  void passesOverWhatCannotBeRead() {
    Any broken = INFO.toBuilder().setValue(ByteString.copyFrom(new byte[] {0x0A, 99, 1})).build();

    assertThat(ErrorDetails.of(failure(List.of(broken)))).isEqualTo(ErrorDetails.NONE);
    assertThat(ErrorDetails.of(failure(List.of(broken, INFO))).reason()).isEqualTo("FULL");
  }

  @ParameterizedTest
  @CsvSource({"-1, 0", "86401, 0", "9223372036854775807, 0", "1, -1", "1, 1000000000"})
  void passesOverDelaysThatMakeNoSense(long seconds, int nanos) {
    Any delay =
        Any.pack(
            RetryInfo.newBuilder()
                .setRetryDelay(Duration.newBuilder().setSeconds(seconds).setNanos(nanos))
                .build());

    assertThat(ErrorDetails.of(failure(List.of(delay))).retryDelay()).isEmpty();
  }

  private static StatusRuntimeException failure(List<Any> details) {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.RESOURCE_EXHAUSTED.value())
            .addAllDetails(details)
            .build());
  }
}
