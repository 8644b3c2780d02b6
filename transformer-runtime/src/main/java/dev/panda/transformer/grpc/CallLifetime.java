package dev.panda.transformer.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.spi.Prioritized;
import java.time.Duration;

/**
 * Cancels a call when its deadline passes, and when its HTTP stream ends in whatever way: the
 * transport itself reports the reset code CANCEL alone, and neither a lost connection nor a
 * deadline. It stands before every other interceptor, on the call's event loop.
 *
 * <p>Each service makes it a bean, with its own statuses.
 */
public abstract class CallLifetime implements ServerInterceptor, Prioritized {
  private final StatusMapping statuses;

  protected CallLifetime(StatusMapping statuses) {
    this.statuses = statuses;
  }

  @Override
  public int getPriority() {
    return Integer.MAX_VALUE;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Context context = Vertx.currentContext();
    LiveCall<Q, A> live = new LiveCall<>(call, statuses, StreamThread.of(context));
    LiveCall<Q, A>.Guard guard = live.guard(next.startCall(live, headers));
    RoutingContext http = context.getLocal(RoutingContext.class.getName());
    http.addEndHandler(ended -> guard.onCancel());
    RequestTimeout.of(headers).ifPresent(timeout -> startTimer(context, timeout, live, guard));
    return guard;
  }

  private static <Q, A> void startTimer(
      Context context, Duration timeout, LiveCall<Q, A> live, LiveCall<Q, A>.Guard guard) {
    long timer =
        context
            .owner()
            .setTimer(Math.max(1, timeout.toMillis()), id -> guard.deadlinePassed(timeout));
    live.whenOver(() -> context.owner().cancelTimer(timer));
  }
}
