package dev.panda.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.answer.Reason.Family;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StatusMappingTest {
  private static final StatusMapping STATUSES =
      new StatusMapping(Domain.REWARD, StatusMappingTest::own);

  /** A failure that only the service knows. */
  private static final class OddException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final Reason reason;

    OddException(Reason reason) {
      super("number: 3 (expected: even)");
      this.reason = reason;
    }
  }

  private static Optional<Failure> own(Throwable failure) {
    return failure instanceof OddException odd
        ? Optional.of(Failure.of(odd.reason, odd.getMessage()).withMetadata(Map.of("number", "3")))
        : Optional.empty();
  }

  @ParameterizedTest
  @CsvSource({
    "FIELD_INVALID,         CALLER,   INVALID_ARGUMENT,    true,  0",
    "MESSAGE_OUT_OF_ORDER,  CALLER,   INVALID_ARGUMENT,    true,  0",
    "MESSAGE_UNREADABLE,    CALLER,   INVALID_ARGUMENT,    true,  0",
    "MESSAGE_TOO_LARGE,     CALLER,   INVALID_ARGUMENT,    true,  0",
    "NO_CHAT_TEMPLATE,      CALLER,   FAILED_PRECONDITION, true,  0",
    "PREFERENCE_NOT_SERVED, CALLER,   NOT_FOUND,           true,  0",
    "TOKENIZERS_DIFFER,     CALLER,   FAILED_PRECONDITION, true,  0",
    "SCORE_NOT_FINITE,      CALLER,   INVALID_ARGUMENT,    true,  0",
    "RESPONSE_NOT_READ,     CALLER,   DEADLINE_EXCEEDED,   false, 0",
    "CANCELLED,             CALLER,   CANCELLED,           true,  0",
    "NO_CACHE_ROOM,         CAPACITY, RESOURCE_EXHAUSTED,  false, 0",
    "TOO_MANY_GENERATIONS,  CAPACITY, RESOURCE_EXHAUSTED,  false, 1",
    "TOO_MANY_PROMPTS,      CAPACITY, RESOURCE_EXHAUSTED,  false, 1",
    "TOO_MANY_WATCHERS,     CAPACITY, RESOURCE_EXHAUSTED,  false, 1",
    "SERVICE_UNREACHABLE,   CAPACITY, UNAVAILABLE,         false, 1",
    "NO_MEMORY,             CAPACITY, RESOURCE_EXHAUSTED,  false, 1",
    "STREAM_IDLE,           CAPACITY, ABORTED,             false, 1",
    "STOPPING,              CAPACITY, UNAVAILABLE,         false, 1",
    "DEADLINE_PASSED,       CAPACITY, DEADLINE_EXCEEDED,   false, 0",
    "REWARD_NOT_FINITE,     OURS,     INTERNAL,            false, 0",
    "SERVICE_FAILED,        OURS,     INTERNAL,            false, 0",
    "INTERNAL_FAILURE,      OURS,     INTERNAL,            false, 0"
  })
  void everyReasonHasItsCodeAndItsDetails(
      Reason reason, Family family, Status.Code code, boolean namesField, int retrySeconds) {
    assertThat(reason.family()).isEqualTo(family);
    assertDetails(STATUSES.of(new OddException(reason)), reason, code, retrySeconds);
    StatusRuntimeException refused = STATUSES.of(new RefusedException(reason, "k", 0, "1 to 9"));
    assertDetails(refused, reason, code, retrySeconds);
    assertThat(ErrorDetails.of(refused).violations())
        .extracting(ErrorDetails.Violation::field)
        .isEqualTo(namesField ? List.of("k") : List.of());
  }

  private static void assertDetails(
      StatusRuntimeException status, Reason reason, Status.Code code, int retrySeconds) {
    assertThat(status.getStatus().getCode()).isEqualTo(code);
    ErrorDetails details = ErrorDetails.of(status);
    assertThat(details.reason()).isEqualTo(reason.name());
    assertThat(details.domain()).isEqualTo("reward.panda.dev");
    assertThat(details.retryDelay())
        .isEqualTo(
            retrySeconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(retrySeconds)));
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void theTableHasEveryReason(Reason reason) throws NoSuchMethodException {
    String[] rows =
        getClass()
            .getDeclaredMethod(
                "everyReasonHasItsCodeAndItsDetails",
                Reason.class,
                Family.class,
                Status.Code.class,
                boolean.class,
                int.class)
            .getAnnotation(CsvSource.class)
            .value();

    assertThat(rows).filteredOn(row -> row.startsWith(reason + ",")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "BASE_MODEL, basemodel.panda.dev",
    "REWARD, reward.panda.dev",
    "GENERATION, generation.panda.dev"
  })
  void theDomainNamesTheService(Domain domain, String name) {
    StatusRuntimeException status =
        new StatusMapping(domain, failure -> Optional.empty())
            .of(RefusedException.field("k", 0, "1 to 9"));

    assertThat(ErrorDetails.of(status).domain()).isEqualTo(name);
  }

  @Test
  void namesFieldValueAndWhatIsAccepted() {
    StatusRuntimeException status = STATUSES.of(RefusedException.field("open.k", 0, "1 to 256"));

    assertThat(status.getStatus().getDescription()).isEqualTo("open.k: 0 (expected: 1 to 256)");
    assertThat(ErrorDetails.of(status).metadata())
        .isEqualTo(Map.of("field", "open.k", "value", "0", "expected", "1 to 256"));
  }

  @Test
  void cutsLongValuesBetweenCharacters() {
    String value = "a".repeat(79) + "😀" + "b".repeat(500);
    RefusedException refused = RefusedException.field("text", value, "something short");

    assertThat(refused.value()).isEqualTo("a".repeat(79) + "…");
    assertThat(refused).hasMessage("text: %s… (expected: something short)", "a".repeat(79));
  }

  @Test
  void tellsWhatTheServiceAloneKnows() {
    StatusRuntimeException status =
        STATUSES.of(
            new CompletionException(
                new CompletionException(new OddException(Reason.REWARD_NOT_FINITE))));

    assertThat(status.getStatus().getDescription()).isEqualTo("number: 3 (expected: even)");
    assertThat(ErrorDetails.of(status).metadata()).isEqualTo(Map.of("number", "3"));
  }

  @Test
  void theFailureItselfSaysWhenToTryAgainAndMore() {
    ErrorDetails.Violation violation = new ErrorDetails.Violation("k", "k: 0");
    StatusMapping statuses =
        new StatusMapping(
            Domain.BASE_MODEL,
            failure ->
                Optional.of(
                    Failure.of(Reason.NO_CACHE_ROOM, "room: none")
                        .withRetryDelay(Duration.ofMillis(1500))
                        .withViolation(violation)));

    ErrorDetails details = ErrorDetails.of(statuses.of(new IllegalStateException()));

    assertThat(details.retryDelay()).contains(Duration.ofMillis(1500));
    assertThat(details.violations()).containsExactly(violation);
  }

  @Test
  void keepsStatusThatWasChosen() {
    StatusRuntimeException chosen = Status.NOT_FOUND.asRuntimeException();
    StatusException checked = Status.DATA_LOSS.asException();

    assertThat(STATUSES.of(chosen)).isSameAs(chosen);
    assertThat(STATUSES.of(checked).getStatus()).isSameAs(checked.getStatus());
  }

  @Test
  void relaysTheStatusOfAnotherService() {
    ErrorDetails details =
        new ErrorDetails(
            "NO_ROOM",
            "reward.panda.dev",
            Map.of("free", "0"),
            List.of(new ErrorDetails.Violation("k", "k: 0")),
            Optional.of(Duration.ofMillis(1500)));

    StatusRuntimeException status =
        STATUSES.relay(Status.Code.RESOURCE_EXHAUSTED, "reward: full", details);

    assertThat(status.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(status.getStatus().getDescription()).isEqualTo("reward: full");
    assertThat(ErrorDetails.of(status)).isEqualTo(details);
  }

  @Test
  void relaysAReasonEvenIfTheOtherServiceGivesNone() {
    StatusRuntimeException status =
        STATUSES.relay(Status.Code.NOT_FOUND, "engine: none", ErrorDetails.NONE);

    assertThat(ErrorDetails.of(status).reason()).isEqualTo("NOT_FOUND");
  }

  @Test
  void tellsNothingOfAnUnexpectedFailure() {
    StatusRuntimeException status = STATUSES.of(new IllegalStateException("secret"));

    assertThat(status.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(status.getStatus().getDescription())
        .isEqualTo("the service failed; its log has the cause (expected: an answer)");
    assertThat(ErrorDetails.of(status).reason()).isEqualTo("INTERNAL_FAILURE");
  }
}
