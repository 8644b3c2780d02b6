package dev.panda.orchestrator.serving.port;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A service that failed, refused or broke its contract; the message names the service. */
public final class ServiceException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final Duration DEFAULT_RETRY_DELAY = Duration.ofSeconds(1);

  private final Kind kind;
  private final String reason;
  private final transient Details details;

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
   * What a service says of a failure beside its message; all empty if it says nothing.
   *
   * @param reason name of the reason, in the service's own words
   * @param domain of the reason
   * @param metadata the message's parts
   * @param violations fields of the request that are at fault, with what would be accepted
   * @param retryDelay when the same request may succeed
   */
  public record Details(
      String reason,
      String domain,
      Map<String, String> metadata,
      List<Violation> violations,
      Optional<Duration> retryDelay) {
    /** A service that says nothing. */
    public static final Details NONE = new Details("", "", Map.of(), List.of(), Optional.empty());

    public Details {
      metadata = Map.copyOf(metadata);
      violations = List.copyOf(violations);
    }
  }

  /** A field of a request that is at fault. */
  public record Violation(String field, String description) {}

  /**
   * Keeps what a failed call tells.
   *
   * @param service name and address, for people
   * @param reason what the service said, for people
   */
  public ServiceException(
      String service, Kind kind, String reason, Details details, Throwable cause) {
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
    Details details = new Details("", "", parts, List.of(), Optional.empty());
    return new ServiceException(service, Kind.BREACH, reason, details, null);
  }

  public Kind kind() {
    return kind;
  }

  /** What the service said, without its name. */
  public String reason() {
    return reason;
  }

  public Details details() {
    return details;
  }

  /** Whether the service has no room now, so that the same request may succeed later. */
  public boolean lacksRoom() {
    return kind == Kind.NO_ROOM;
  }

  /** When the service may be asked again; a second if it does not say. */
  public Duration retryDelay() {
    return details.retryDelay().orElse(DEFAULT_RETRY_DELAY);
  }
}
