package dev.panda.answer.quarkus;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The event loop of a call: one thread on which gRPC delivers all of the call's events. It runs
 * tasks one after the other, so state that only such tasks and the call's own events touch needs no
 * lock.
 */
public interface EventLoop extends Executor {

  /**
   * Runs a task later. Only the event loop may call this.
   *
   * @return cancels the task
   */
  Runnable after(Duration delay, Runnable task);

  /** The event loop of the current call; called on it. */
  static EventLoop current() {
    Context context = Vertx.currentContext();
    return new EventLoop() {
      @Override
      public void execute(Runnable task) {
        context.runOnContext(ignored -> task.run());
      }

      @Override
      public Runnable after(Duration delay, Runnable task) {
        Vertx vertx = context.owner();
        long timer = vertx.setTimer(Math.max(1, delay.toMillis()), ignored -> task.run());
        return () -> vertx.cancelTimer(timer);
      }
    };
  }
}
