package dev.panda.answer.quarkus;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;

/** The event loop of a call: one thread on which gRPC delivers all of the call's events. */
public final class EventLoop {
  private EventLoop() {}

  /**
   * Called on a call's event loop, gives an executor that runs tasks there, one after the other.
   * State that only such tasks and the call's own events touch needs no lock.
   */
  public static Executor current() {
    Context context = Vertx.currentContext();
    return task -> context.runOnContext(ignored -> task.run());
  }
}
