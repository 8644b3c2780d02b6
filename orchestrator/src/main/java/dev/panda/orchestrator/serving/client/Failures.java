package dev.panda.orchestrator.serving.client;

import dev.panda.answer.ErrorDetails;
import dev.panda.answer.Reason;
import dev.panda.answer.Seconds;
import dev.panda.orchestrator.serving.port.ServiceException;
import dev.panda.orchestrator.serving.port.ServiceException.Kind;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;

/** Turns failed gRPC calls into exceptions that name the service. */
final class Failures {
  /** What grpc-java says of every connection that fails; its cause says more. */
  private static final String GRPC_IO = "io exception";

  /** What is said when a deadline passed on this side; gRPC's words are of its inside. */
  private static final String RAN_OUT = "no answer (expected: one in time)";

  /** Why a service ends a sequence that can go on in another stream. */
  private static final String IDLE = Reason.STREAM_IDLE.name();

  private Failures() {}

  /**
   * A service that failed.
   *
   * @param service name and address, for people
   */
  static ServiceException of(String service, StatusException failure) {
    return of(service, failure, describe(failure.getStatus()), ErrorDetails.of(failure));
  }

  /**
   * A service behind the orchestrator that failed; it names fields of requests that clients never
   * see.
   *
   * @param service name and address, for people
   */
  static ServiceException behind(String service, StatusException failure) {
    ErrorDetails details = ErrorDetails.of(failure);
    boolean ranOut =
        failure.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED
            && details.reason().isEmpty();
    String said = ranOut ? RAN_OUT : Fields.inWords(details, describe(failure.getStatus()));
    return of(service, failure, said, Fields.ofGenerate(details));
  }

  private static ServiceException of(
      String service, StatusException failure, String said, ErrorDetails details) {
    return new ServiceException(
        service, kind(failure.getStatus().getCode(), details), said, details, failure);
  }

  /** A service that does not even describe itself is as good as away. */
  static ServiceException ofDescription(ServiceException failure, String service) {
    return failure.kind() == Kind.TIMED_OUT
        ? new ServiceException(
            service, Kind.UNREACHABLE, failure.reason(), failure.details(), failure)
        : failure;
  }

  /** A service that does not answer within a stream. */
  static ServiceException ofTimeout(String service, Duration timeout) {
    return new ServiceException(
        service,
        Kind.TIMED_OUT,
        "no answer (expected: one within %s)".formatted(Seconds.of(timeout)),
        ErrorDetails.NONE,
        null);
  }

  private static Kind kind(Status.Code code, ErrorDetails details) {
    return switch (code) {
      case INVALID_ARGUMENT -> Kind.INVALID_REQUEST;
      case NOT_FOUND -> Kind.NOT_FOUND;
      case FAILED_PRECONDITION -> Kind.FAILED_PRECONDITION;
      // gRPC itself says so of a message that is too large, which waiting does not help
      case RESOURCE_EXHAUSTED -> details.reason().isEmpty() ? Kind.FAILED : Kind.NO_ROOM;
      case ABORTED -> details.reason().equals(IDLE) ? Kind.IDLE : Kind.FAILED;
      case UNAVAILABLE -> Kind.UNREACHABLE;
      case DEADLINE_EXCEEDED -> Kind.TIMED_OUT;
      case CANCELLED -> Kind.CANCELLED;
      case UNIMPLEMENTED -> Kind.BREACH;
      default -> Kind.FAILED;
    };
  }

  private static String describe(Status status) {
    String description =
        status.getDescription() == null ? status.getCode().name() : status.getDescription();
    Throwable cause = status.getCause();
    if (cause == null || cause.getMessage() == null) {
      return description;
    }
    return description.equals(GRPC_IO)
        ? cause.getMessage()
        : description + " (" + cause.getMessage() + ")";
  }
}
