package dev.panda.reward.grpc;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;

/** A call's own thread: its event loop, on which tasks run in order. */
final class StreamThread {
  private StreamThread() {}

  /** That of the call whose event loop this runs on. */
  static Executor current(Vertx vertx) {
    Context context = vertx.getOrCreateContext();
    return task -> context.runOnContext(ignored -> task.run());
  }
}
