package dev.panda.answer;

import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.function.Consumer;

/** A call that any thread may end; what the service sends after that is dropped. */
final class OpenCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
  private final StatusRuntimeException atTheEnd;
  private final Consumer<OpenCall<?, ?>> whenOver;
  private final Turn turn = new Turn();

  // Guarded by this.
  private boolean closed;

  /**
   * Watches a call.
   *
   * @param atTheEnd what the client is told if another thread ends the call
   */
  OpenCall(
      ServerCall<Q, A> call, StatusRuntimeException atTheEnd, Consumer<OpenCall<?, ?>> whenOver) {
    super(call);
    this.atTheEnd = atTheEnd;
    this.whenOver = whenOver;
  }

  /** Lets the service answer the call. */
  ServerCall.Listener<Q> start(Metadata headers, ServerCallHandler<Q, A> service) {
    return new SimpleForwardingServerCallListener<>(
        Contexts.interceptCall(turn.context(), this, headers, service)) {
      @Override
      public void onCancel() {
        whenOver.accept(OpenCall.this);
        super.onCancel();
      }

      @Override
      public void onComplete() {
        whenOver.accept(OpenCall.this);
        super.onComplete();
      }
    };
  }

  /** Whether the client has not used its turn for that long. */
  boolean isIdle(Duration time) {
    return turn.isIdle(time);
  }

  synchronized void end() {
    close(atTheEnd.getStatus(), atTheEnd.getTrailers());
  }

  @Override
  public synchronized void sendHeaders(Metadata headers) {
    if (!closed) {
      super.sendHeaders(headers);
    }
  }

  @Override
  public synchronized void sendMessage(A message) {
    if (!closed) {
      super.sendMessage(message);
    }
  }

  @Override
  public synchronized void close(Status status, Metadata trailers) {
    if (!closed) {
      closed = true;
      super.close(status, trailers);
    }
  }
}
