package dev.panda.orchestrator.serving.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.panda.orchestrator.serving.port.ServiceException;
import dev.panda.orchestrator.serving.port.ServiceException.Details;
import dev.panda.orchestrator.serving.port.ServiceException.Kind;
import dev.panda.orchestrator.serving.port.ServiceException.Violation;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns failed gRPC calls into exceptions that name the service. */
final class Failures {
  private Failures() {}

  /**
   * @param service name and address, for people
   */
  static ServiceException of(String service, StatusException failure) {
    return new ServiceException(
        service,
        kind(failure.getStatus().getCode()),
        describe(failure.getStatus()),
        details(StatusProto.fromThrowable(failure)),
        failure);
  }

  /** A service that does not answer within a stream. */
  static ServiceException ofTimeout(String service, Duration timeout) {
    return new ServiceException(
        service,
        Kind.TIMED_OUT,
        "no answer (expected: one within %s)".formatted(timeout),
        Details.NONE,
        null);
  }

  private static Kind kind(Status.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT -> Kind.INVALID_REQUEST;
      case NOT_FOUND -> Kind.NOT_FOUND;
      case FAILED_PRECONDITION -> Kind.FAILED_PRECONDITION;
      case RESOURCE_EXHAUSTED -> Kind.NO_ROOM;
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
    return cause == null || cause.getMessage() == null
        ? description
        : description + " (" + cause.getMessage() + ")";
  }

  private static Details details(com.google.rpc.Status status) {
    if (status == null) {
      return Details.NONE;
    }
    List<Any> all = status.getDetailsList();
    ErrorInfo info = find(all, ErrorInfo.class).orElse(ErrorInfo.getDefaultInstance());
    List<Violation> violations =
        find(all, BadRequest.class)
            .orElse(BadRequest.getDefaultInstance())
            .getFieldViolationsList()
            .stream()
            .map(violation -> new Violation(violation.getField(), violation.getDescription()))
            .toList();
    return new Details(
        info.getReason(),
        info.getDomain(),
        Map.copyOf(info.getMetadataMap()),
        violations,
        find(all, RetryInfo.class)
            .map(RetryInfo::getRetryDelay)
            .map(delay -> Duration.ofSeconds(delay.getSeconds(), delay.getNanos())));
  }

  private static <M extends com.google.protobuf.Message> Optional<M> find(
      List<Any> details, Class<M> type) {
    return details.stream()
        .filter(detail -> detail.is(type))
        .findFirst()
        .flatMap(
            detail -> {
              try {
                return Optional.of(detail.unpack(type));
              } catch (InvalidProtocolBufferException unreadable) {
                return Optional.empty();
              }
            });
  }
}
