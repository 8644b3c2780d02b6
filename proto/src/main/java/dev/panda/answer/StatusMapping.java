package dev.panda.answer;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
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

  /** Passes on the status that another service chose, with its details. */
  public static StatusRuntimeException relay(Status.Code code, String message, List<Any> details) {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(code.value())
            .setMessage(message)
            .addAllDetails(details)
            .build());
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
    Failure told = own.apply(cause).orElseGet(StatusMapping::unexpected);
    if (told.reason().family() == Reason.Family.OURS) {
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

  private static Failure unexpected() {
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
        ? told.withDetails(List.of(badRequest(refused.field(), refused.getMessage())))
        : told;
  }

  private StatusRuntimeException status(Failure told) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(told.reason().code().value())
            .setMessage(told.message())
            .addDetails(errorInfo(told));
    told.retryDelay().ifPresent(delay -> status.addDetails(retryInfo(delay)));
    return StatusProto.toStatusRuntimeException(status.addAllDetails(told.details()).build());
  }

  private Any errorInfo(Failure told) {
    return Any.pack(
        ErrorInfo.newBuilder()
            .setReason(told.reason().name())
            .setDomain(domain.toString())
            .putAllMetadata(told.metadata())
            .build());
  }

  private static Any badRequest(String field, String description) {
    return Any.pack(
        BadRequest.newBuilder()
            .addFieldViolations(
                BadRequest.FieldViolation.newBuilder().setField(field).setDescription(description))
            .build());
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
