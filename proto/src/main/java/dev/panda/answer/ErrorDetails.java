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
import java.util.Optional;

/**
 * The {@code google.rpc} details of a failed call, looked up by type. A detail that cannot be read
 * counts as absent.
 *
 * @param all as they came
 */
public record ErrorDetails(List<Any> all) {

  /** Reads the details of a {@code StatusException} or {@code StatusRuntimeException}. */
  public static ErrorDetails of(Throwable failure) {
    Status status = StatusProto.fromThrowable(failure);
    return new ErrorDetails(status == null ? List.of() : status.getDetailsList());
  }

  /** Whether the service itself sent none, as if it could not be reached. */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  public Optional<ErrorInfo> info() {
    return first(ErrorInfo.class);
  }

  /** The fields at fault. */
  public List<BadRequest.FieldViolation> fieldViolations() {
    return first(BadRequest.class).map(BadRequest::getFieldViolationsList).orElse(List.of());
  }

  /** When the call may be tried again; empty if the service does not say. */
  public Optional<Duration> retryDelay() {
    return first(RetryInfo.class)
        .map(RetryInfo::getRetryDelay)
        .map(delay -> Duration.ofSeconds(delay.getSeconds(), delay.getNanos()));
  }

  private <M extends Message> Optional<M> first(Class<M> type) {
    return all.stream()
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
