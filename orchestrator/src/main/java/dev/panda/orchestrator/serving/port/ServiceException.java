package dev.panda.orchestrator.serving.port;

import dev.panda.answer.ErrorDetails;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A service that failed, refused or broke its contract; the message names the service. */
public final class ServiceException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final Duration DEFAULT_RETRY_DELAY = Duration.ofSeconds(1);
  private static final Duration SHORTEST_RETRY_DELAY = Duration.ofMillis(10);

  private final Kind kind;
  private final String reason;
  private final transient ErrorDetails details;

  /** How a service failed. */
  public enum Kind {
    /** The request is out of its bounds: the same request fails again. */
    INVALID_REQUEST,
    /** The service does not have what the request names. */
    NOT_FOUND,
    /** The service is not set up for the request. */
    FAILED_PRECONDITION,
    /** The service has no room now: the same request may succeed later. */
    NO_ROOM,
    /** Nobody asked for the next step in time: the sequence can go on in another stream. */
    IDLE,
    /** The service cannot be reached. */
    UNREACHABLE,
    /** The service did not answer in time. */
    TIMED_OUT,
    /** The caller's own call ended. */
    CANCELLED,
    /** The service's answer is not what its contract promises. */
    BREACH,
    /** The service failed by its own fault. */
    FAILED
  }

  /**
   * Keeps what a failed call tells.
   *
   * @param service name and address, for people
   * @param reason what the service said, for people
   */
  public ServiceException(
      String service, Kind kind, String reason, ErrorDetails details, Throwable cause) {
    super(service + ": " + reason, cause);
    this.kind = kind;
    this.reason = reason;
    this.details = details;
  }

  /**
   * A service that breaks its contract.
   *
   * @param field of the answer that breaks it
   */
  public static ServiceException breach(
      String service, String field, Object found, String expected) {
    String reason = "%s: %s (expected: %s)".formatted(field, found, expected);
    Map<String, String> parts =
        Map.of("service", service, "field", field, "value", found.toString(), "expected", expected);
    ErrorDetails details = new ErrorDetails("", "", parts, List.of(), Optional.empty());
    return new ServiceException(service, Kind.BREACH, reason, details, null);
  }

  public Kind kind() {
    return kind;
  }

  /** What the service said, without its name. */
  public String reason() {
    return reason;
  }

  public ErrorDetails details() {
    return details;
  }

  /** Whether the service has no room now, so that the same request may succeed later. */
  public boolean lacksRoom() {
    return kind == Kind.NO_ROOM;
  }

  /** Throws this exception, unless the sequence ended only because it was idle. */
  public void requireIdle() {
    if (kind != Kind.IDLE) {
      throw this;
    }
  }

  /** When the service may be asked again, at least 10 ms from now; a second if it does not say. */
  public Duration retryDelay() {
    Duration delay = details.retryDelay().orElse(DEFAULT_RETRY_DELAY);
    return delay.compareTo(SHORTEST_RETRY_DELAY) < 0 ? SHORTEST_RETRY_DELAY : delay;
  }
}
