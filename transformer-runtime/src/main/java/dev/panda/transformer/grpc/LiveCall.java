package dev.panda.transformer.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A call that is over once: closed by the service, cancelled, or past its deadline.
 *
 * <p>Its end is sent by a task of its own. Sent while messages are read, it would wait behind what
 * is not flushed yet; a reset that is read next would make it fail, and Vert.x 4.5 then closes the
 * connection, with every other call on it. Where a client takes nothing, so that its window is
 * full, the end still waits, and a reset may still make it fail.
 */
final class LiveCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
  private final StatusMapping statuses;
  private final AtomicBoolean over = new AtomicBoolean();
  private final Executor eventLoop;
  private volatile boolean cancelled;
  private volatile boolean gone;
  private volatile Runnable whenOver = () -> {};

  /**
   * @param eventLoop runs tasks in order, on the call's thread
   */
  LiveCall(ServerCall<Q, A> call, StatusMapping statuses, Executor eventLoop) {
    super(call);
    this.statuses = statuses;
    this.eventLoop = eventLoop;
  }

  Guard guard(ServerCall.Listener<Q> listener) {
    return new Guard(listener);
  }

  void whenOver(Runnable action) {
    whenOver = action;
    if (over.get()) {
      action.run();
    }
  }

  private boolean finish() {
    boolean first = over.compareAndSet(false, true);
    if (first) {
      whenOver.run();
    }
    return first;
  }

  @Override
  public void sendMessage(A message) {
    if (!over.get()) {
      super.sendMessage(message);
    }
  }

  @Override
  public void sendHeaders(Metadata headers) {
    if (!over.get()) {
      super.sendHeaders(headers);
    }
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (finish()) {
      end(status, trailers);
    }
  }

  private void end(Status status, Metadata trailers) {
    eventLoop.execute(
        () -> {
          if (!gone) {
            super.close(status, trailers);
          }
        });
  }

  @Override
  public boolean isCancelled() {
    return cancelled || super.isCancelled();
  }

  /** What the transport tells the call; nothing after its end. */
  final class Guard extends SimpleForwardingServerCallListener<Q> {
    private Guard(ServerCall.Listener<Q> listener) {
      super(listener);
    }

    @Override
    public void onMessage(Q message) {
      if (!over.get()) {
        super.onMessage(message);
      }
    }

    @Override
    public void onHalfClose() {
      if (!over.get()) {
        super.onHalfClose();
      }
    }

    @Override
    public void onReady() {
      if (!over.get()) {
        super.onReady();
      }
    }

    @Override
    public void onCancel() {
      gone = true;
      if (finish()) {
        cancelled = true;
        super.onCancel();
      }
    }

    @Override
    public void onComplete() {
      if (!cancelled) {
        super.onComplete();
      }
    }

    void deadlinePassed(Duration timeout) {
      if (!finish()) {
        return;
      }
      cancelled = true;
      super.onCancel();
      StatusRuntimeException status =
          statuses.of(
              new RefusedException(
                  Reason.DEADLINE_PASSED,
                  "deadline",
                  "passed after " + timeout,
                  "an answer before it"));
      end(status.getStatus(), status.getTrailers());
    }
  }
}
