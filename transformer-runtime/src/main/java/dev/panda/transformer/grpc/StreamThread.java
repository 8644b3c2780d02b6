package dev.panda.transformer.grpc;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;

/** A call's own thread: its event loop, on which tasks run in order. */
public final class StreamThread {
  private StreamThread() {}

  /** That of the call whose event loop this runs on. */
  public static Executor current(Vertx vertx) {
    return of(vertx.getOrCreateContext());
  }

  static Executor of(Context context) {
    return task -> context.runOnContext(ignored -> task.run());
  }
}
