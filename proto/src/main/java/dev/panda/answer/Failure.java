package dev.panda.answer;

import com.google.protobuf.Any;
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
 * @param details more {@code google.rpc} details, which follow the failure's own
 */
public record Failure(
    Reason reason,
    String message,
    Map<String, String> metadata,
    Optional<Duration> retryDelay,
    List<Any> details) {

  public static Failure of(Reason reason, String message) {
    return new Failure(reason, message, Map.of(), reason.retryDelay(), List.of());
  }

  public Failure withMetadata(Map<String, String> parts) {
    return new Failure(reason, message, parts, retryDelay, details);
  }

  public Failure withRetryDelay(Duration delay) {
    return new Failure(reason, message, metadata, Optional.of(delay), details);
  }

  /** Adds the details that another service sent. */
  public Failure withDetails(List<Any> more) {
    return new Failure(reason, message, metadata, retryDelay, more);
  }
}
