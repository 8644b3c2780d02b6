package dev.panda.orchestrator.workshop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.answer.ErrorDetails;
import dev.panda.answer.ErrorDetails.Violation;
import dev.panda.orchestrator.serving.port.ServiceException;
import dev.panda.orchestrator.serving.port.ServiceException.Kind;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FailureReportTest {

  private static List<String> report(Kind kind, String reason, ErrorDetails details) {
    return FailureReport.lines(new ServiceException("orchestrator", kind, reason, details, null));
  }

  /** What a service says that names its reason. */
  private static ErrorDetails details(Optional<Duration> retryDelay, Violation... violations) {
    return new ErrorDetails("REASON", "panda.dev", Map.of(), List.of(violations), retryDelay);
  }

  @Test
  void aConnectionThatFailsLeadsToUp() {
    assertThat(report(Kind.UNREACHABLE, "io exception (refused)", ErrorDetails.NONE))
        .first()
        .isEqualTo("no orchestrator answers: io exception (refused)");
    assertThat(report(Kind.UNREACHABLE, "away", ErrorDetails.NONE).get(1))
        .contains("deploy/panda up");
  }

  @Test
  void anUnreachableServiceBehindTheOrchestratorLeadsToStatus() {
    assertThat(
            report(
                Kind.UNREACHABLE,
                "reward service at 127.0.0.1:9002: away",
                details(Optional.empty())))
        .containsExactly(
            "reward service at 127.0.0.1:9002: away",
            "`deploy/panda status` tells which services run.");
  }

  @Test
  void aFieldThatTheHeadlineNamesIsNotNamedAgain() {
    assertThat(
            report(
                Kind.INVALID_REQUEST,
                "k: 0 (expected: 1 to 256)",
                details(
                    Optional.empty(),
                    new Violation("k", "k: 0 (expected: 1 to 256)"),
                    new Violation("k", "0 (expected: 1 to 256)"),
                    new Violation("k", "not a multiple of 2"))))
        .containsExactly("-k: 0 (expected: 1 to 256)", "-k: not a multiple of 2");
  }

  @Test
  void aRefusalForWantOfRoomSaysWhenToTryAgain() {
    assertThat(report(Kind.NO_ROOM, "no room", details(Optional.of(Duration.ofSeconds(7)))))
        .containsExactly("no room", "Try again in 7 s.");
  }

  @Test
  void anotherServiceThanAnOrchestratorLeadsToTheEndpoint() {
    assertThat(report(Kind.BREACH, "Method not found: panda.api", ErrorDetails.NONE))
        .anyMatch(line -> line.contains("no orchestrator") && line.contains("--endpoint"));
  }

  @Test
  void aDeadlineThatPassedNamesTheOptions() {
    assertThat(report(Kind.TIMED_OUT, "CallOptions deadline exceeded after 1s", ErrorDetails.NONE))
        .satisfiesExactly(
            first -> assertThat(first).isEqualTo("no answer within the deadline"),
            last -> assertThat(last).contains("--max-tokens", "--deadline"));
  }

  @Test
  void filesAreNamed() {
    assertThat(FailureReport.lines(new NoSuchFileException("a.jsonl")))
        .containsExactly("no such file: a.jsonl", "Check the path.");
    assertThat(FailureReport.lines(new AccessDeniedException("b.jsonl")).get(0))
        .isEqualTo("no access: b.jsonl");
  }

  @Test
  void anUnforeseenFailureIsCalledAMistakeOfPanda() {
    assertThat(FailureReport.lines(new IllegalStateException("odd")).get(1))
        .contains("mistake in panda itself");
  }
}
