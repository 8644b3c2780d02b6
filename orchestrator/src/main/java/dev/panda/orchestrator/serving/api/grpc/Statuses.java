package dev.panda.orchestrator.serving.api.grpc;

import dev.panda.answer.Domain;
import dev.panda.answer.Failure;
import dev.panda.answer.Reason;
import dev.panda.answer.StatusMapping;
import dev.panda.orchestrator.serving.decoding.DecodingException;
import dev.panda.orchestrator.serving.port.ServiceException;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

/** Names the orchestrator's own failures for its clients. */
final class Statuses {
  static final StatusMapping MAPPING = new StatusMapping(Domain.GENERATION, Statuses::name);

  private Statuses() {}

  /** Passes on what a service says of the request; any other failure gets a status of our own. */
  static StatusRuntimeException of(Throwable thrown) {
    Throwable failure =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (failure instanceof ServiceException service) {
      Optional<Code> code = ofRequest(service.kind());
      if (code.isPresent()) {
        return MAPPING.relay(code.get(), service.getMessage(), service.details());
      }
    }
    return MAPPING.of(failure);
  }

  /** The code that says the same of the client's request; empty if the service failed. */
  private static Optional<Code> ofRequest(ServiceException.Kind kind) {
    return switch (kind) {
      case INVALID_REQUEST -> Optional.of(Code.INVALID_ARGUMENT);
      case NOT_FOUND -> Optional.of(Code.NOT_FOUND);
      case FAILED_PRECONDITION -> Optional.of(Code.FAILED_PRECONDITION);
      case NO_ROOM -> Optional.of(Code.RESOURCE_EXHAUSTED);
      case IDLE, UNREACHABLE, TIMED_OUT, CANCELLED, BREACH, FAILED -> Optional.empty();
    };
  }

  private static Optional<Failure> name(Throwable failure) {
    if (failure instanceof ServiceException service) {
      return Optional.of(ofService(service));
    }
    if (failure instanceof DecodingException undecided) {
      return Optional.of(Failure.of(reason(undecided), undecided.getMessage()));
    }
    if (failure instanceof CancellationException) {
      return Optional.of(Failure.of(Reason.CANCELLED, "the generation was cancelled"));
    }
    return Optional.empty();
  }

  private static Failure ofService(ServiceException failure) {
    Reason reason =
        switch (failure.kind()) {
          case IDLE, UNREACHABLE -> Reason.SERVICE_UNREACHABLE;
          case TIMED_OUT -> Reason.DEADLINE_PASSED;
          case CANCELLED -> Reason.CANCELLED;
          default -> Reason.SERVICE_FAILED;
        };
    return Failure.of(reason, failure.getMessage()).withMetadata(failure.details().metadata());
  }

  private static Reason reason(DecodingException failure) {
    return switch (failure.reason()) {
      case REWARD_NOT_FINITE -> Reason.REWARD_NOT_FINITE;
      case SCORE_NOT_FINITE -> Reason.SCORE_NOT_FINITE;
    };
  }
}
