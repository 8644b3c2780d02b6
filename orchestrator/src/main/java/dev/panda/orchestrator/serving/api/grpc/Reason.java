package dev.panda.orchestrator.serving.api.grpc;

import io.grpc.Status;

/** Why a call fails, and the gRPC code that says so. */
enum Reason {
  // The caller's fault: the same call fails again.
  FIELD_INVALID(Status.Code.INVALID_ARGUMENT),
  MESSAGE_UNREADABLE(Status.Code.INVALID_ARGUMENT),
  MESSAGE_TOO_LARGE(Status.Code.INVALID_ARGUMENT),
  PREFERENCE_NOT_SERVED(Status.Code.NOT_FOUND),
  TOKENIZERS_DIFFER(Status.Code.FAILED_PRECONDITION),
  SCORE_NOT_FINITE(Status.Code.INVALID_ARGUMENT),
  RESPONSE_NOT_READ(Status.Code.DEADLINE_EXCEEDED),

  // No capacity: the same call may succeed later.
  TOO_MANY_GENERATIONS(Status.Code.RESOURCE_EXHAUSTED),
  SERVICE_UNREACHABLE(Status.Code.UNAVAILABLE),
  DEADLINE_PASSED(Status.Code.DEADLINE_EXCEEDED),
  CANCELLED(Status.Code.CANCELLED),

  // Our fault.
  REWARD_NOT_FINITE(Status.Code.INTERNAL),
  SERVICE_FAILED(Status.Code.INTERNAL),
  INTERNAL_FAILURE(Status.Code.INTERNAL);

  private final Status.Code code;

  Reason(Status.Code code) {
    this.code = code;
  }

  Status.Code code() {
    return code;
  }
}
