package dev.panda.answer;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.function.Consumer;

/** A call that any thread may end; what the service sends after that is dropped. */
final class OpenCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
  private final StatusRuntimeException atTheEnd;
  private final Consumer<OpenCall<?, ?>> whenOver;

  // Guarded by this.
  private boolean closed;
  private boolean clientsTurn;
  private long since = System.nanoTime();

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

  ServerCall.Listener<Q> listener(ServerCall.Listener<Q> next) {
    return new SimpleForwardingServerCallListener<>(next) {
      @Override
      public void onMessage(Q message) {
        turn(false);
        super.onMessage(message);
      }

      @Override
      public void onHalfClose() {
        turn(false);
        super.onHalfClose();
      }

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

  private synchronized void turn(boolean clients) {
    clientsTurn = clients;
    since = System.nanoTime();
  }

  /** Whether it is a stream whose client has not used its turn for that long. */
  synchronized boolean isIdle(Duration time) {
    return clientsTurn && System.nanoTime() - since >= time.toNanos();
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
      turn(!getMethodDescriptor().getType().clientSendsOneMessage());
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
