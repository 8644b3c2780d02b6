package dev.panda.orchestrator.serving.client;

import dev.panda.answer.Seconds;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Refuses calls to a service that has fallen silent: one of its calls ran out of time, and for as
 * long as {@code patience} no other call heard anything either. Every two seconds one call is let
 * through; the first word of the service ends the silence. A service that answers some calls is
 * never silent, however slow it is with others.
 */
final class Breaker implements ClientInterceptor {
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Duration patience;
  private final LongSupplier clock;

  // Guarded by this.
  private long heard;
  private boolean silent;
  private long nextTry;

  Breaker(Duration patience) {
    this(patience, System::nanoTime);
  }

  /**
   * @param clock gives nanoseconds
   */
  Breaker(Duration patience, LongSupplier clock) {
    this.patience = patience;
    this.clock = clock;
    this.heard = clock.getAsLong();
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return admits() ? new Watched<>(next.newCall(method, options)) : new Refused<>(refusal());
  }

  private synchronized boolean admits() {
    if (!silent) {
      return true;
    }
    long now = clock.getAsLong();
    boolean tries = now - nextTry >= 0;
    if (tries) {
      nextTry = now + PAUSE.toNanos();
    }
    return tries;
  }

  private Status refusal() {
    return Status.UNAVAILABLE.withDescription(
        "silent (expected: an answer within %s); it is asked again every %s"
            .formatted(Seconds.of(patience), Seconds.of(PAUSE)));
  }

  private synchronized void hear() {
    heard = clock.getAsLong();
    silent = false;
  }

  /**
   * Notes that a call ran out of time.
   *
   * @param start when the call started; a client that gives a service no time says nothing of it
   */
  private synchronized void runOut(long start) {
    long now = clock.getAsLong();
    long lastSign = heard - start > 0 ? heard : start;
    if (!silent && now - lastSign >= patience.toNanos()) {
      silent = true;
      nextTry = now + PAUSE.toNanos();
    }
  }

  /** Tells the breaker what becomes of a call. */
  private final class Watched<Q, A> extends SimpleForwardingClientCall<Q, A> {
    private final long start = clock.getAsLong();

    Watched(ClientCall<Q, A> call) {
      super(call);
    }

    @Override
    public void start(Listener<A> listener, Metadata headers) {
      super.start(
          new SimpleForwardingClientCallListener<A>(listener) {
            @Override
            public void onHeaders(Metadata answered) {
              hear();
              super.onHeaders(answered);
            }

            @Override
            public void onMessage(A message) {
              hear();
              super.onMessage(message);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
              if (!trailers.keys().isEmpty()) {
                hear(); // a status that was made on this side comes without trailers
              } else if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
                runOut(start);
              }
              super.onClose(status, trailers);
            }
          },
          headers);
    }

    @Override
    public void cancel(String message, Throwable cause) {
      if (cause instanceof TimeoutException) {
        runOut(start);
      }
      super.cancel(message, cause);
    }
  }

  /** A call that never starts. */
  private static final class Refused<Q, A> extends ClientCall<Q, A> {
    private final Status status;

    Refused(Status status) {
      this.status = status;
    }

    @Override
    public void start(Listener<A> listener, Metadata headers) {
      listener.onClose(status, new Metadata());
    }

    @Override
    public void request(int messages) {}

    @Override
    public void cancel(String message, Throwable cause) {}

    @Override
    public void halfClose() {}

    @Override
    public void sendMessage(Q message) {}
  }
}
