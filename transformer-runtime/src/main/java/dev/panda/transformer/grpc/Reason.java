package dev.panda.transformer.grpc;

import io.grpc.Status;

/** Why a call of a model service fails, and the gRPC code that says so. */
public enum Reason {
  // The caller's fault: the same call fails again.
  FIELD_INVALID(Status.Code.INVALID_ARGUMENT),
  MESSAGE_OUT_OF_ORDER(Status.Code.INVALID_ARGUMENT),
  MESSAGE_UNREADABLE(Status.Code.INVALID_ARGUMENT),
  MESSAGE_TOO_LARGE(Status.Code.INVALID_ARGUMENT),
  NO_CHAT_TEMPLATE(Status.Code.FAILED_PRECONDITION),
  PREFERENCE_NOT_SERVED(Status.Code.NOT_FOUND),
  DEADLINE_PASSED(Status.Code.DEADLINE_EXCEEDED),

  // No capacity: the same call may succeed later, or elsewhere.
  NO_CACHE_ROOM(Status.Code.RESOURCE_EXHAUSTED),
  STOPPING(Status.Code.UNAVAILABLE),

  // Our fault.
  REWARD_NOT_FINITE(Status.Code.INTERNAL),
  INTERNAL_FAILURE(Status.Code.INTERNAL);

  private final Status.Code code;

  Reason(Status.Code code) {
    this.code = code;
  }

  public Status.Code code() {
    return code;
  }
}
