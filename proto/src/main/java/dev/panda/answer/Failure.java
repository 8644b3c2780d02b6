package dev.panda.answer;

import dev.panda.answer.ErrorDetails.Violation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a service tells the client of a failure.
 *
 * @param message for people, {@code name: value (expected: …)}
 * @param metadata the dynamic parts of the message, for programs
 * @param retryDelay when to try again; empty if waiting does not help
 * @param violations the fields of the request that are at fault
 */
public record Failure(
    Reason reason,
    String message,
    Map<String, String> metadata,
    Optional<Duration> retryDelay,
    List<Violation> violations) {

  public static Failure of(Reason reason, String message) {
    return new Failure(reason, message, Map.of(), reason.retryDelay(), List.of());
  }

  public Failure withMetadata(Map<String, String> parts) {
    return new Failure(reason, message, parts, retryDelay, violations);
  }

  public Failure withRetryDelay(Duration delay) {
    return new Failure(reason, message, metadata, Optional.of(delay), violations);
  }

  public Failure withViolation(Violation violation) {
    return new Failure(reason, message, metadata, retryDelay, List.of(violation));
  }
}
