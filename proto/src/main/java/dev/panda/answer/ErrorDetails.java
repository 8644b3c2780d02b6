package dev.panda.answer;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a service says of a failure beside its message, read from the call's {@code google.rpc}
 * details. A detail that is absent or cannot be read leaves its part empty.
 *
 * @param reason name of the reason, in the service's own words
 * @param domain the service that gives the reason
 * @param metadata the dynamic parts of the message
 * @param violations the fields of the request that are at fault
 * @param retryDelay when the same call may succeed, up to a day; empty if the service does not say
 */
public record ErrorDetails(
    String reason,
    String domain,
    Map<String, String> metadata,
    List<Violation> violations,
    Optional<Duration> retryDelay) {
  private static final Duration LONGEST_DELAY = Duration.ofDays(1);
  private static final int MOST_NANOS = 999_999_999;

  /** A service that says nothing, as if it could not be reached. */
  public static final ErrorDetails NONE =
      new ErrorDetails("", "", Map.of(), List.of(), Optional.empty());

  public ErrorDetails {
    metadata = Map.copyOf(metadata);
    violations = List.copyOf(violations);
  }

  /** A field of a request that is at fault, and what would be accepted. */
  public record Violation(String field, String description) {}

  /** Reads the details of a {@code StatusException} or {@code StatusRuntimeException}. */
  public static ErrorDetails of(Throwable failure) {
    Status status = StatusProto.fromThrowable(failure);
    if (status == null) {
      return NONE;
    }
    List<Any> details = status.getDetailsList();
    ErrorInfo info = first(details, ErrorInfo.class).orElse(ErrorInfo.getDefaultInstance());
    return new ErrorDetails(
        info.getReason(),
        info.getDomain(),
        info.getMetadataMap(),
        first(details, BadRequest.class)
            .orElse(BadRequest.getDefaultInstance())
            .getFieldViolationsList()
            .stream()
            .map(violation -> new Violation(violation.getField(), violation.getDescription()))
            .toList(),
        first(details, RetryInfo.class).flatMap(retry -> sane(retry.getRetryDelay())));
  }

  private static Optional<Duration> sane(com.google.protobuf.Duration delay) {
    boolean outOfRange =
        delay.getSeconds() < 0
            || delay.getSeconds() > LONGEST_DELAY.toSeconds()
            || delay.getNanos() < 0
            || delay.getNanos() > MOST_NANOS;
    return outOfRange
        ? Optional.empty()
        : Optional.of(Duration.ofSeconds(delay.getSeconds(), delay.getNanos()));
  }

  private static <M extends Message> Optional<M> first(List<Any> details, Class<M> type) {
    return details.stream()
        .filter(detail -> detail.is(type))
        .flatMap(detail -> read(detail, type).stream())
        .findFirst();
  }

  private static <M extends Message> Optional<M> read(Any detail, Class<M> type) {
    try {
      return Optional.of(detail.unpack(type));
    } catch (InvalidProtocolBufferException unreadable) {
      return Optional.empty();
    }
  }
}
