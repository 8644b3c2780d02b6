package dev.panda.orchestrator.attack;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A client that makes one small call after the other while others attack. */
final class Bystander {
  private static final int PAUSE_MILLIS = 20;
  private static final int PATIENCE_SECONDS = 90;

  private final Supplier<CompletableFuture<Outcome>> call;
  private final List<Outcome> outcomes = new ArrayList<>();
  private final Thread thread;
  private volatile boolean isDone;

  private Bystander(Supplier<CompletableFuture<Outcome>> call) {
    this.call = call;
    thread = new Thread(this::ask, "bystander");
    thread.setDaemon(true);
    thread.start();
  }

  /** Makes calls of one message, the same each time. */
  static Bystander of(Channel channel, MethodDescriptor<?, ?> method, byte[] message) {
    return new Bystander(
        () ->
            Call.start(
                channel,
                method,
                CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS),
                message));
  }

  private void ask() {
    while (!isDone) {
      outcomes.add(call.get().join());
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Ends it; how its calls ended. */
  List<Outcome> outcomes() throws InterruptedException {
    isDone = true;
    thread.join();
    return List.copyOf(outcomes);
  }
}
