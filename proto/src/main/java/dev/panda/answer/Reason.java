package dev.panda.answer;

import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;

/** Why a call fails: the {@code reason} of its {@code ErrorInfo}, with its gRPC code. */
public enum Reason {
  FIELD_INVALID(Family.CALLER, Status.Code.INVALID_ARGUMENT),
  MESSAGE_OUT_OF_ORDER(Family.CALLER, Status.Code.INVALID_ARGUMENT),
  MESSAGE_UNREADABLE(Family.CALLER, Status.Code.INVALID_ARGUMENT),
  MESSAGE_TOO_LARGE(Family.CALLER, Status.Code.INVALID_ARGUMENT),
  NO_CHAT_TEMPLATE(Family.CALLER, Status.Code.FAILED_PRECONDITION),
  PREFERENCE_NOT_SERVED(Family.CALLER, Status.Code.NOT_FOUND),
  TOKENIZERS_DIFFER(Family.CALLER, Status.Code.FAILED_PRECONDITION),
  /** The strength of a λ is too large for the range of numbers. */
  SCORE_NOT_FINITE(Family.CALLER, Status.Code.INVALID_ARGUMENT),
  /** The client did not read what it was sent. */
  RESPONSE_NOT_READ(Family.CALLER, Status.Code.DEADLINE_EXCEEDED),
  CANCELLED(Family.CALLER, Status.Code.CANCELLED),

  NO_CACHE_ROOM(Family.CAPACITY, Status.Code.RESOURCE_EXHAUSTED),
  TOO_MANY_GENERATIONS(Family.CAPACITY, Status.Code.RESOURCE_EXHAUSTED, Duration.ofSeconds(1)),
  /** The texts that wait to be tokenised are long. */
  TOO_MANY_PROMPTS(Family.CAPACITY, Status.Code.RESOURCE_EXHAUSTED, Duration.ofSeconds(1)),
  TOO_MANY_WATCHERS(Family.CAPACITY, Status.Code.RESOURCE_EXHAUSTED, Duration.ofSeconds(1)),
  SERVICE_UNREACHABLE(Family.CAPACITY, Status.Code.UNAVAILABLE, Duration.ofSeconds(1)),
  /** The service has no memory left for the call. */
  NO_MEMORY(Family.CAPACITY, Status.Code.RESOURCE_EXHAUSTED, Duration.ofSeconds(1)),
  /** The client was silent, or did not read, for too long; another stream may resume this one. */
  STREAM_IDLE(Family.CAPACITY, Status.Code.ABORTED, Duration.ofSeconds(1)),
  /** Another replica may answer. */
  STOPPING(Family.CAPACITY, Status.Code.UNAVAILABLE, Duration.ofSeconds(1)),
  DEADLINE_PASSED(Family.CAPACITY, Status.Code.DEADLINE_EXCEEDED),

  REWARD_NOT_FINITE(Family.OURS, Status.Code.INTERNAL),
  SERVICE_FAILED(Family.OURS, Status.Code.INTERNAL),
  INTERNAL_FAILURE(Family.OURS, Status.Code.INTERNAL);

  private final Family family;
  private final Status.Code code;
  private final Optional<Duration> retryDelay;

  /** Who can do something about a failure. */
  public enum Family {
    /** The same call fails again; the caller must change it. */
    CALLER,
    /** The same call may succeed later or elsewhere. */
    CAPACITY,
    /** Nothing that the caller does helps; the service logs the cause. */
    OURS
  }

  Reason(Family family, Status.Code code) {
    this(family, code, null);
  }

  Reason(Family family, Status.Code code, Duration retryDelay) {
    this.family = family;
    this.code = code;
    this.retryDelay = Optional.ofNullable(retryDelay);
  }

  public Family family() {
    return family;
  }

  public Status.Code code() {
    return code;
  }

  /** When to try again, unless the failure itself says so; empty if waiting does not help. */
  Optional<Duration> retryDelay() {
    return retryDelay;
  }

  /** Whether what a {@link RefusedException} names is a field of the request. */
  boolean namesField() {
    return family == Family.CALLER && this != RESPONSE_NOT_READ;
  }
}
