package dev.panda.orchestrator.serving.api.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.panda.orchestrator.serving.decoding.DecodingException;
import dev.panda.orchestrator.serving.generation.RefusedException;
import dev.panda.orchestrator.serving.port.ServiceException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jboss.logging.Logger;

/** Turns failures into the statuses that clients see; the only place that chooses one. */
final class StatusMapping {
  private static final Logger LOG = Logger.getLogger(StatusMapping.class);
  private static final String DOMAIN = "panda.api.generation.v1";
  private static final Any RETRY_SOON =
      Any.pack(RetryInfo.newBuilder().setRetryDelay(Duration.newBuilder().setSeconds(1)).build());

  private StatusMapping() {}

  static StatusRuntimeException of(Throwable failure) {
    if (failure instanceof StatusRuntimeException chosen) {
      return chosen;
    }
    if (failure instanceof RefusedException refused) {
      return refused(refused);
    }
    if (failure instanceof ServiceException service) {
      return service(service);
    }
    if (failure instanceof DecodingException undecided) {
      return undecided(undecided);
    }
    if (failure instanceof CancellationException) {
      return status(Reason.CANCELLED, "the generation was cancelled", Map.of(), List.of());
    }
    LOG.error("A call failed.", failure);
    return status(
        Reason.INTERNAL_FAILURE,
        "the orchestrator failed; its log has the cause (expected: an answer)",
        Map.of(),
        List.of());
  }

  private static StatusRuntimeException refused(RefusedException refused) {
    Reason reason =
        switch (refused.refusal()) {
          case FIELD_INVALID -> Reason.FIELD_INVALID;
          case PREFERENCE_NOT_SERVED -> Reason.PREFERENCE_NOT_SERVED;
          case TOKENIZERS_DIFFER -> Reason.TOKENIZERS_DIFFER;
          case MESSAGE_TOO_LARGE -> Reason.MESSAGE_TOO_LARGE;
          case MESSAGE_UNREADABLE -> Reason.MESSAGE_UNREADABLE;
          case BUSY -> Reason.TOO_MANY_GENERATIONS;
          case RESPONSE_NOT_READ -> Reason.RESPONSE_NOT_READ;
        };
    Map<String, String> metadata =
        Map.of("field", refused.field(), "value", refused.value(), "expected", refused.expected());
    if (reason == Reason.TOO_MANY_GENERATIONS) {
      return status(reason, refused.getMessage(), metadata, List.of(RETRY_SOON));
    }
    if (reason == Reason.RESPONSE_NOT_READ) {
      return status(reason, refused.getMessage(), metadata, List.of());
    }
    BadRequest.FieldViolation violation =
        BadRequest.FieldViolation.newBuilder()
            .setField(refused.field())
            .setDescription(refused.getMessage())
            .build();
    return status(
        reason,
        refused.getMessage(),
        metadata,
        List.of(Any.pack(BadRequest.newBuilder().addFieldViolations(violation).build())));
  }

  /** What a service says of the request is the caller's to know; its own failures are ours. */
  private static StatusRuntimeException service(ServiceException failure) {
    return switch (failure.kind()) {
      case INVALID_REQUEST -> passedOn(Code.INVALID_ARGUMENT, failure);
      case NOT_FOUND -> passedOn(Code.NOT_FOUND, failure);
      case FAILED_PRECONDITION -> passedOn(Code.FAILED_PRECONDITION, failure);
      case NO_ROOM -> passedOn(Code.RESOURCE_EXHAUSTED, failure);
      case UNREACHABLE ->
          status(Reason.SERVICE_UNREACHABLE, failure.getMessage(), Map.of(), List.of(RETRY_SOON));
      case TIMED_OUT -> status(Reason.DEADLINE_PASSED, failure.getMessage(), Map.of(), List.of());
      case CANCELLED -> status(Reason.CANCELLED, failure.getMessage(), Map.of(), List.of());
      case BREACH, FAILED -> {
        LOG.error("A service failed.", failure);
        yield status(
            Reason.SERVICE_FAILED, failure.getMessage(), failure.details().metadata(), List.of());
      }
    };
  }

  private static StatusRuntimeException passedOn(Code code, ServiceException failure) {
    ServiceException.Details details = failure.details();
    Status.Builder status =
        Status.newBuilder().setCode(code.getNumber()).setMessage(failure.getMessage());
    if (!details.reason().isEmpty()) {
      status.addDetails(
          Any.pack(
              ErrorInfo.newBuilder()
                  .setReason(details.reason())
                  .setDomain(details.domain())
                  .putAllMetadata(details.metadata())
                  .build()));
    }
    BadRequest.Builder violations = BadRequest.newBuilder();
    for (ServiceException.Violation violation : details.violations()) {
      violations.addFieldViolations(
          BadRequest.FieldViolation.newBuilder()
              .setField(violation.field())
              .setDescription(violation.description()));
    }
    if (violations.getFieldViolationsCount() > 0) {
      status.addDetails(Any.pack(violations.build()));
    }
    details
        .retryDelay()
        .ifPresent(
            delay ->
                status.addDetails(
                    Any.pack(
                        RetryInfo.newBuilder()
                            .setRetryDelay(
                                Duration.newBuilder()
                                    .setSeconds(delay.getSeconds())
                                    .setNanos(delay.getNano()))
                            .build())));
    return StatusProto.toStatusRuntimeException(status.build());
  }

  private static StatusRuntimeException undecided(DecodingException failure) {
    Reason reason =
        switch (failure.reason()) {
          case REWARD_NOT_FINITE -> Reason.REWARD_NOT_FINITE;
          case SCORE_NOT_FINITE -> Reason.SCORE_NOT_FINITE;
        };
    return status(reason, failure.getMessage(), Map.of(), List.of());
  }

  private static StatusRuntimeException status(
      Reason reason, String message, Map<String, String> metadata, List<Any> more) {
    ErrorInfo info =
        ErrorInfo.newBuilder()
            .setReason(reason.name())
            .setDomain(DOMAIN)
            .putAllMetadata(metadata)
            .build();
    List<Any> details = new ArrayList<>(List.of(Any.pack(info)));
    details.addAll(more);
    return StatusProto.toStatusRuntimeException(
        Status.newBuilder()
            .setCode(reason.code().value())
            .setMessage(message)
            .addAllDetails(details)
            .build());
  }
}
