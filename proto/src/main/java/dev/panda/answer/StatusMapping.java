package dev.panda.answer;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.panda.answer.ErrorDetails.Violation;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * Turns failures into the statuses that clients see. A status has {@code google.rpc} details:
 * always an {@code ErrorInfo}, a {@code BadRequest} if a field is at fault, a {@code RetryInfo} if
 * waiting helps.
 */
public final class StatusMapping {
  private static final Logger LOG = System.getLogger(StatusMapping.class.getName());

  private final Domain domain;
  private final Function<Throwable, Optional<Failure>> own;

  /**
   * Maps the failures of one service.
   *
   * @param own names the failures that only this service knows; empty for any other
   */
  public StatusMapping(Domain domain, Function<Throwable, Optional<Failure>> own) {
    this.domain = domain;
    this.own = own;
  }

  /**
   * Passes on the status that another service chose, with its details. If that service gave no
   * reason, the code is the reason.
   */
  public StatusRuntimeException relay(Status.Code code, String message, ErrorDetails details) {
    Any info =
        details.reason().isEmpty()
            ? errorInfo(code.name(), domain.toString(), details.metadata())
            : errorInfo(details.reason(), details.domain(), details.metadata());
    return withDetails(
        com.google.rpc.Status.newBuilder()
            .setCode(code.value())
            .setMessage(message)
            .addDetails(info),
        details.violations(),
        details.retryDelay());
  }

  /**
   * Gives the status of a failure; a status that was already chosen stays. The client learns
   * nothing of the inside of an unexpected failure, whose cause is logged.
   */
  public StatusRuntimeException of(Throwable failure) {
    Throwable cause = unwrap(failure);
    if (cause instanceof StatusRuntimeException chosen) {
      return chosen;
    }
    if (cause instanceof StatusException chosen) {
      return chosen.getStatus().asRuntimeException(chosen.getTrailers());
    }
    if (cause instanceof RefusedException refused) {
      return status(ofRefusal(refused));
    }
    Failure told = own.apply(cause).orElseGet(() -> unexpected(cause));
    if (told.reason().family() == Reason.Family.OURS || cause instanceof Error) {
      LOG.log(Level.ERROR, "A call failed: " + told.reason(), cause);
    }
    return status(told);
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static Failure unexpected(Throwable cause) {
    if (cause instanceof OutOfMemoryError) {
      return Failure.of(
          Reason.NO_MEMORY,
          "memory: none left for the call (expected: enough; try again later, or with less)");
    }
    return Failure.of(
        Reason.INTERNAL_FAILURE, "the service failed; its log has the cause (expected: an answer)");
  }

  private static Failure ofRefusal(RefusedException refused) {
    Failure told =
        Failure.of(refused.reason(), refused.getMessage())
            .withMetadata(
                Map.of(
                    "field", refused.field(),
                    "value", refused.value(),
                    "expected", refused.expected()));
    return refused.reason().namesField()
        ? told.withViolation(new Violation(refused.field(), refused.getMessage()))
        : told;
  }

  private StatusRuntimeException status(Failure told) {
    return withDetails(
        com.google.rpc.Status.newBuilder()
            .setCode(told.reason().code().value())
            .setMessage(told.message())
            .addDetails(errorInfo(told.reason().name(), domain.toString(), told.metadata())),
        told.violations(),
        told.retryDelay());
  }

  private static StatusRuntimeException withDetails(
      com.google.rpc.Status.Builder status,
      List<Violation> violations,
      Optional<Duration> retryDelay) {
    retryDelay.ifPresent(delay -> status.addDetails(retryInfo(delay)));
    if (!violations.isEmpty()) {
      status.addDetails(badRequest(violations));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  private static Any errorInfo(String reason, String domain, Map<String, String> metadata) {
    return Any.pack(
        ErrorInfo.newBuilder()
            .setReason(reason)
            .setDomain(domain)
            .putAllMetadata(metadata)
            .build());
  }

  private static Any badRequest(List<Violation> violations) {
    BadRequest.Builder request = BadRequest.newBuilder();
    for (Violation violation : violations) {
      request.addFieldViolations(
          BadRequest.FieldViolation.newBuilder()
              .setField(violation.field())
              .setDescription(violation.description()));
    }
    return Any.pack(request.build());
  }

  private static Any retryInfo(Duration delay) {
    return Any.pack(
        RetryInfo.newBuilder()
            .setRetryDelay(
                com.google.protobuf.Duration.newBuilder()
                    .setSeconds(delay.getSeconds())
                    .setNanos(delay.getNano()))
            .build());
  }
}
