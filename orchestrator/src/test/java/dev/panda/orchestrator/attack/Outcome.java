package dev.panda.orchestrator.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.answer.ErrorDetails;
import io.grpc.Status;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * How a call ended.
 *
 * @param details what the service says beside its message
 * @param time from the call to its end
 */
record Outcome(Status status, ErrorDetails details, Duration time) {
  static Outcome answered(Duration time) {
    return new Outcome(Status.OK, ErrorDetails.NONE, time);
  }

  static Outcome failed(Throwable failure, Duration time) {
    return new Outcome(Status.fromThrowable(failure), ErrorDetails.of(failure), time);
  }

  Status.Code code() {
    return status.getCode();
  }

  /** What it says; empty if it says nothing. */
  String description() {
    return Objects.requireNonNullElse(status.getDescription(), "");
  }

  boolean isOk() {
    return status.isOk();
  }

  /** Refused with a code, and told when to try again. */
  boolean isRefusedWithHint(Status.Code code) {
    return code() == code && details.retryDelay().isPresent();
  }

  /** Asserts that all are so; names the others, each kind once. */
  static void assertAll(Collection<Outcome> outcomes, Predicate<Outcome> expected) {
    assertThat(
            outcomes.stream()
                .filter(expected.negate())
                .map(other -> other.code() + ": " + other.description())
                .distinct())
        .isEmpty();
  }

  /** Numbers by code and reason, such as {@code 12 OK, 4 UNAVAILABLE STOPPING}. */
  static String count(Collection<Outcome> outcomes) {
    Map<String, Long> counts =
        outcomes.stream()
            .collect(
                Collectors.groupingBy(
                    outcome -> (outcome.code() + " " + outcome.details.reason()).strip(),
                    TreeMap::new,
                    Collectors.counting()));
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  /** The longest of some times, in seconds. */
  static double slowest(Collection<Outcome> outcomes) {
    return outcomes.stream().mapToLong(outcome -> outcome.time.toMillis()).max().orElse(0) / 1000.0;
  }
}
