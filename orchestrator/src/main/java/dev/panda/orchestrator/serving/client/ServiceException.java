package dev.panda.orchestrator.serving.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;

/** A call to another service that failed; the message names the service. */
public final class ServiceException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final Duration DEFAULT_RETRY_DELAY = Duration.ofSeconds(1);

  private final Status.Code code;
  private final String reason;
  private final transient List<Any> details;

  private ServiceException(String service, Status status, List<Any> details, Throwable cause) {
    super(service + ": " + describe(status), cause);
    this.code = status.getCode();
    this.reason = status.getDescription() == null ? code.name() : status.getDescription();
    this.details = details;
  }

  /**
   * Keeps what a failed call tells.
   *
   * @param service name and address, for people
   */
  static ServiceException of(String service, StatusException failure) {
    com.google.rpc.Status details = StatusProto.fromThrowable(failure);
    return new ServiceException(
        service,
        failure.getStatus(),
        details == null ? List.of() : details.getDetailsList(),
        failure);
  }

  /** A service that does not answer within a stream. */
  static ServiceException ofTimeout(String service, Duration timeout) {
    Status status =
        Status.DEADLINE_EXCEEDED.withDescription(
            "no answer (expected: one within %s)".formatted(timeout));
    return new ServiceException(service, status, List.of(), null);
  }

  /** A service that does not keep to its contract. */
  static ServiceException ofBreach(String service, String found, String expected) {
    Status status = Status.INTERNAL.withDescription("%s (expected: %s)".formatted(found, expected));
    return new ServiceException(service, status, List.of(), null);
  }

  private static String describe(Status status) {
    String description =
        status.getDescription() == null ? status.getCode().name() : status.getDescription();
    Throwable cause = status.getCause();
    return cause == null || cause.getMessage() == null
        ? description
        : description + " (" + cause.getMessage() + ")";
  }

  public Status.Code code() {
    return code;
  }

  /** Whether the service has no room now; the same call may succeed later. */
  public boolean lacksRoom() {
    return code == Status.Code.RESOURCE_EXHAUSTED;
  }

  /** When the service may be asked again; a second where it does not say. */
  public Duration retryDelay() {
    for (Any detail : details) {
      if (detail.is(RetryInfo.class)) {
        try {
          com.google.protobuf.Duration delay = detail.unpack(RetryInfo.class).getRetryDelay();
          return Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
        } catch (InvalidProtocolBufferException e) {
          return DEFAULT_RETRY_DELAY;
        }
      }
    }
    return DEFAULT_RETRY_DELAY;
  }

  /** What the service said, without its name. */
  public String reason() {
    return reason;
  }

  /** The {@code google.rpc} details that the service sent; none where it could not be reached. */
  public List<Any> details() {
    return details;
  }
}
