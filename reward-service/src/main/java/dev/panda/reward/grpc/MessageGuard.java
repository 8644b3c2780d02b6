package dev.panda.reward.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Refuses messages that are too large or not protobuf, text that is not UTF-8 included, with a
 * status that says so. Stands before the parsing of a service whose messages are input streams.
 */
final class MessageGuard implements ServerInterceptor {
  private final long maxBytes;

  MessageGuard(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      private boolean refused;

      @Override
      public void onMessage(Q message) {
        Optional<RefusedException> tooLarge = tooLarge(message);
        if (tooLarge.isPresent()) {
          refuse(tooLarge.get());
          return;
        }
        try {
          super.onMessage(message);
        } catch (StatusRuntimeException e) {
          if (!(e.getCause() instanceof InvalidProtocolBufferException unreadable)) {
            throw e;
          }
          refuse(
              new RefusedException(
                  Reason.MESSAGE_UNREADABLE,
                  "message",
                  unreadable.getMessage(),
                  call.getMethodDescriptor().getFullMethodName()
                      + "'s request in protobuf, its text in UTF-8"));
        }
      }

      /** Frees what the call holds, then ends it. */
      private void refuse(RefusedException refusal) {
        refused = true;
        super.onCancel();
        StatusRuntimeException status = StatusMapping.of(refusal);
        call.close(status.getStatus(), status.getTrailers());
      }

      @Override
      public void onHalfClose() {
        if (!refused) {
          super.onHalfClose();
        }
      }

      @Override
      public void onCancel() {
        if (!refused) {
          super.onCancel();
        }
      }

      @Override
      public void onComplete() {
        if (!refused) {
          super.onComplete();
        }
      }
    };
  }

  private Optional<RefusedException> tooLarge(Object message) {
    try {
      int bytes = ((InputStream) message).available();
      return bytes <= maxBytes
          ? Optional.empty()
          : Optional.of(
              new RefusedException(
                  Reason.MESSAGE_TOO_LARGE,
                  "message",
                  bytes + " bytes",
                  "at most " + maxBytes + " bytes"));
    } catch (IOException e) {
      throw new IllegalStateException("message: unreadable (expected: in memory)", e);
    }
  }
}
