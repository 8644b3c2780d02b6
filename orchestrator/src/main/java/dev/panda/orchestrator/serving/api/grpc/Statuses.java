package dev.panda.orchestrator.serving.api.grpc;

import dev.panda.answer.Domain;
import dev.panda.answer.Failure;
import dev.panda.answer.Reason;
import dev.panda.answer.StatusMapping;
import dev.panda.orchestrator.serving.client.ServiceException;
import dev.panda.orchestrator.serving.decoding.DecodingException;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** Names the orchestrator's own failures for its clients. */
final class Statuses {
  static final StatusMapping MAPPING = new StatusMapping(Domain.GENERATION, Statuses::name);

  private Statuses() {}

  /** Passes on what a service says of the request; any other failure gets a status of our own. */
  static StatusRuntimeException of(Throwable failure) {
    return failure instanceof ServiceException service && concernsRequest(service)
        ? StatusMapping.relay(service.code(), service.getMessage(), service.details())
        : MAPPING.of(failure);
  }

  private static boolean concernsRequest(ServiceException failure) {
    return switch (failure.code()) {
      case INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION, RESOURCE_EXHAUSTED -> true;
      default -> false;
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
    return switch (failure.code()) {
      case UNAVAILABLE -> Failure.of(Reason.SERVICE_UNREACHABLE, failure.getMessage());
      case DEADLINE_EXCEEDED -> Failure.of(Reason.DEADLINE_PASSED, failure.getMessage());
      case CANCELLED -> Failure.of(Reason.CANCELLED, failure.getMessage());
      default ->
          Failure.of(Reason.SERVICE_FAILED, failure.getMessage()).withDetails(failure.details());
    };
  }

  private static Reason reason(DecodingException failure) {
    return switch (failure.reason()) {
      case REWARD_NOT_FINITE -> Reason.REWARD_NOT_FINITE;
      case SCORE_NOT_FINITE -> Reason.SCORE_NOT_FINITE;
    };
  }
}
