package dev.panda.orchestrator.serving.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import dev.panda.orchestrator.serving.port.ServiceException;
import dev.panda.orchestrator.serving.port.ServiceException.Kind;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import org.junit.jupiter.api.Test;

class FailuresTest {

  @Test
  void aServiceThatGivesItsReasonLacksRoom() {
    assertThat(failure(Code.RESOURCE_EXHAUSTED, "NO_CACHE_ROOM").lacksRoom()).isTrue();
  }

  /** Whatever lies between may abort a call too, and another stream would not help then. */
  @Test
  void aSequenceIsIdleOnlyIfItsServiceSaysSo() {
    assertThat(failure(Code.ABORTED, "STREAM_IDLE").kind()).isEqualTo(Kind.IDLE);
    assertThat(failure(Code.ABORTED, "OTHER").kind()).isEqualTo(Kind.FAILED);
    assertThat(Failures.of("service", Status.ABORTED.asException()).kind()).isEqualTo(Kind.FAILED);
  }

  private static ServiceException failure(Code code, String reason) {
    com.google.rpc.Status status =
        com.google.rpc.Status.newBuilder()
            .setCode(code.getNumber())
            .addDetails(Any.pack(ErrorInfo.newBuilder().setReason(reason).build()))
            .build();
    return Failures.of("service", StatusProto.toStatusException(status));
  }

  @Test
  void aDeadlineThatPassedHereIsToldInPlainWords() {
    Status status = Status.DEADLINE_EXCEEDED.withDescription("CallOptions deadline exceeded");
    ServiceException failure = Failures.behind("service", status.asException());

    assertThat(failure).hasMessage("service: no answer (expected: one in time)");
    assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
    assertThat(Failures.ofDescription(failure, "service").kind()).isEqualTo(Kind.UNREACHABLE);
  }

  /** gRPC says the same of a message that is too large. */
  @Test
  void whatIsExhaustedWithoutAReasonIsNoLackOfRoom() {
    Status status = Status.RESOURCE_EXHAUSTED.withDescription("message larger than max");

    assertThat(Failures.of("service", status.asException()).kind()).isEqualTo(Kind.FAILED);
  }
}
