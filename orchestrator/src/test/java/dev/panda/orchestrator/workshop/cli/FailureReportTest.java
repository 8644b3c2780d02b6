package dev.panda.orchestrator.workshop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FailureReportTest {

  @Test
  void aConnectionThatFailsLeadsToUp() {
    Status status =
        Status.UNAVAILABLE.withDescription("io exception").withCause(new IOException("refused"));
    assertThat(FailureReport.lines(status.asRuntimeException()))
        .first()
        .isEqualTo("no orchestrator answers: io exception (refused)");
    assertThat(FailureReport.lines(status.asRuntimeException()).get(1)).contains("deploy/panda up");
  }

  @Test
  void aServiceBehindTheOrchestratorThatIsAwayLeadsToStatus() {
    com.google.rpc.Status status =
        com.google.rpc.Status.newBuilder()
            .setCode(Code.UNAVAILABLE_VALUE)
            .setMessage("reward service at 127.0.0.1:9002: away")
            .addDetails(Any.pack(ErrorInfo.newBuilder().setReason("UNREACHABLE").build()))
            .build();
    assertThat(FailureReport.lines(StatusProto.toStatusRuntimeException(status)))
        .containsExactly(
            "reward service at 127.0.0.1:9002: away",
            "`deploy/panda status` tells which services run.");
  }

  @Test
  void aFieldThatTheHeadlineNamesIsNotNamedAgain() {
    com.google.rpc.Status status =
        com.google.rpc.Status.newBuilder()
            .setCode(Code.INVALID_ARGUMENT_VALUE)
            .setMessage("k: 0 (expected: 1 to 256)")
            .addDetails(
                Any.pack(
                    BadRequest.newBuilder()
                        .addFieldViolations(violation("k: 0 (expected: 1 to 256)"))
                        .addFieldViolations(violation("0 (expected: 1 to 256)"))
                        .addFieldViolations(violation("not a multiple of 2"))
                        .build()))
            .build();
    assertThat(FailureReport.lines(StatusProto.toStatusRuntimeException(status)))
        .containsExactly("-k: 0 (expected: 1 to 256)", "-k: not a multiple of 2");
  }

  private static BadRequest.FieldViolation violation(String description) {
    return BadRequest.FieldViolation.newBuilder().setField("k").setDescription(description).build();
  }

  @Test
  void aRefusalForWantOfRoomSaysWhenToTryAgain() {
    com.google.rpc.Status status =
        com.google.rpc.Status.newBuilder()
            .setCode(Code.RESOURCE_EXHAUSTED_VALUE)
            .setMessage("no room")
            .addDetails(
                Any.pack(
                    RetryInfo.newBuilder()
                        .setRetryDelay(Duration.newBuilder().setSeconds(7))
                        .build()))
            .build();
    assertThat(FailureReport.lines(StatusProto.toStatusRuntimeException(status)))
        .containsExactly("no room", "Try again in 7 s.");
  }

  @Test
  void anotherServiceThanAnOrchestratorLeadsToTheEndpoint() {
    Status unknown = Status.UNIMPLEMENTED.withDescription("Method not found: panda.api");

    assertThat(FailureReport.lines(unknown.asRuntimeException()))
        .anyMatch(line -> line.contains("no orchestrator") && line.contains("--endpoint"));
  }

  @Test
  void aDeadlineThatPassedNamesTheOptions() {
    assertThat(FailureReport.lines(Status.DEADLINE_EXCEEDED.asRuntimeException()))
        .last()
        .asString()
        .contains("--max-tokens", "--deadline");
    Status raw = Status.DEADLINE_EXCEEDED.withDescription("CallOptions deadline exceeded after 1s");
    assertThat(FailureReport.lines(raw.asRuntimeException()))
        .first()
        .isEqualTo("no answer within the deadline");
  }

  @Test
  void filesAreNamed() {
    assertThat(FailureReport.lines(new NoSuchFileException("a.jsonl")))
        .containsExactly("no such file: a.jsonl", "Check the path.");
    assertThat(FailureReport.lines(new AccessDeniedException("b.jsonl")).get(0))
        .isEqualTo("no access: b.jsonl");
  }

  @Test
  void whatNobodyForesawIsCalledAMistakeOfPanda() {
    assertThat(FailureReport.lines(new IllegalStateException("odd")).get(1))
        .contains("mistake in panda itself");
  }
}
