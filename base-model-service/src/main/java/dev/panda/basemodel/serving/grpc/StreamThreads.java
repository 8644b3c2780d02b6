package dev.panda.basemodel.serving.grpc;

import dev.panda.answer.quarkus.EventLoop;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;

/**
 * Where a call's work runs.
 *
 * @param stream the call's own thread, in order
 * @param workers threads that may take their time
 */
record StreamThreads(Executor stream, Executor workers) {

  /** Those of the call whose event loop this runs on. */
  static StreamThreads current(Vertx vertx) {
    return new StreamThreads(EventLoop.current(), workers(vertx));
  }

  static Executor workers(Vertx vertx) {
    return task ->
        vertx.executeBlocking(
            () -> {
              task.run();
              return null;
            },
            false);
  }
}
