package dev.panda.transformer.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.panda.transformer.engine.CapacityException;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a service's failures into statuses with {@code google.rpc} details: always an {@code
 * ErrorInfo}, a {@code BadRequest} where a field is at fault, a {@code RetryInfo} where waiting
 * helps.
 */
public final class StatusMapping {
  private static final Logger LOG = LoggerFactory.getLogger(StatusMapping.class);

  private final String domain;
  private final Function<Throwable, Optional<OwnFailure>> own;

  /**
   * For one service.
   *
   * @param domain the service's, for each {@code ErrorInfo}
   * @param own recognises failures that this service alone knows; its fault, so they are logged
   */
  public StatusMapping(String domain, Function<Throwable, Optional<OwnFailure>> own) {
    this.domain = domain;
    this.own = own;
  }

  /** For a service without failures of its own. */
  public StatusMapping(String domain) {
    this(domain, failure -> Optional.empty());
  }

  /**
   * What a failure that one service alone knows tells the client.
   *
   * @param metadata the message's parts
   */
  public record OwnFailure(Reason reason, String message, Map<String, String> metadata) {}

  /** The status of a failure; one that was already chosen stays as it is. */
  public StatusRuntimeException of(Throwable failure) {
    Throwable cause = unwrap(failure);
    if (cause instanceof StatusRuntimeException chosen) {
      return chosen;
    }
    if (cause instanceof StatusException chosen) {
      return chosen.getStatus().asRuntimeException(chosen.getTrailers());
    }
    if (cause instanceof RefusedException refused) {
      return refused(refused);
    }
    if (cause instanceof CapacityException capacity) {
      return noRoom(capacity);
    }
    if (cause instanceof CancellationException) {
      return status(
          Reason.STOPPING, "the service is stopping (expected: another replica)", Map.of());
    }
    return own.apply(cause).map(this::ownFailure).orElseGet(() -> unexpected(cause));
  }

  private StatusRuntimeException ownFailure(OwnFailure failure) {
    LOG.error(failure.message());
    return status(failure.reason(), failure.message(), failure.metadata());
  }

  private StatusRuntimeException unexpected(Throwable cause) {
    LOG.error("A call failed.", cause);
    return status(
        Reason.INTERNAL_FAILURE,
        "the service failed; its log has the cause (expected: an answer)",
        Map.of());
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private StatusRuntimeException refused(RefusedException refused) {
    BadRequest.FieldViolation violation =
        BadRequest.FieldViolation.newBuilder()
            .setField(refused.field())
            .setDescription(refused.getMessage())
            .build();
    return status(
        refused.reason(),
        refused.getMessage(),
        Map.of(
            "field", refused.field(),
            "value", refused.value(),
            "expected", refused.expected()),
        Any.pack(BadRequest.newBuilder().addFieldViolations(violation).build()));
  }

  private StatusRuntimeException noRoom(CapacityException capacity) {
    java.time.Duration delay = capacity.retryAfter();
    Duration retryDelay =
        Duration.newBuilder().setSeconds(delay.getSeconds()).setNanos(delay.getNano()).build();
    return status(
        Reason.NO_CACHE_ROOM,
        capacity.getMessage(),
        Map.of("retryAfter", delay.toString()),
        Any.pack(RetryInfo.newBuilder().setRetryDelay(retryDelay).build()));
  }

  private StatusRuntimeException status(
      Reason reason, String message, Map<String, String> metadata, Any... details) {
    ErrorInfo info =
        ErrorInfo.newBuilder()
            .setReason(reason.name())
            .setDomain(domain)
            .putAllMetadata(metadata)
            .build();
    Status.Builder status =
        Status.newBuilder()
            .setCode(reason.code().value())
            .setMessage(message)
            .addDetails(Any.pack(info));
    for (Any detail : details) {
      status.addDetails(detail);
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }
}
