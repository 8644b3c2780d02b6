package dev.panda.answer;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Lets a service stop without cutting its calls: new calls are refused, those under way finish
 * within a grace, and what is left then ends. Whoever is refused or ended is told {@code
 * UNAVAILABLE} and when to try again. Any number of threads may use it.
 */
public final class Drain {
  /**
   * How long a client may leave its turn in a stream unused before nobody waits for it. A client of
   * several services waits here while another one reads a long prompt.
   */
  private static final Duration IDLE = Duration.ofSeconds(15);

  private static final Duration LAST_WORDS = Duration.ofSeconds(2);
  private static final Duration CHECK = Duration.ofMillis(100);

  private final Duration idle;

  // Guarded by this.
  private final Set<OpenCall<?, ?>> calls = new HashSet<>();
  private boolean stopping;

  public Drain() {
    this(IDLE);
  }

  Drain(Duration idle) {
    this.idle = idle;
  }

  /** Gives the service with its calls under watch. */
  public ServerServiceDefinition over(ServerServiceDefinition service, StatusMapping statuses) {
    return ServerInterceptors.intercept(
        service,
        new ServerInterceptor() {
          @Override
          public <Q, A> ServerCall.Listener<Q> interceptCall(
              ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            OpenCall<Q, A> open = new OpenCall<>(call, statuses.of(refusal()), Drain.this::remove);
            if (add(open)) {
              return open.start(headers, next);
            }
            open.end();
            return new ServerCall.Listener<>() {};
          }
        });
  }

  private static RefusedException refusal() {
    return new RefusedException(
        Reason.STOPPING, "service", "stopping", "to be tried again, here or at a replica");
  }

  private synchronized boolean add(OpenCall<?, ?> call) {
    return !stopping && calls.add(call);
  }

  private synchronized void remove(OpenCall<?, ?> call) {
    calls.remove(call);
    notifyAll();
  }

  /**
   * Refuses new calls from now on, and waits until those under way have finished. It does not wait
   * for streams whose clients leave their turn unused.
   *
   * @param grace longest time for that; then the calls that are left end
   */
  public synchronized void finish(Duration grace) throws InterruptedException {
    stopping = true;
    long end = System.nanoTime() + grace.toNanos();
    while (calls.stream().anyMatch(call -> !call.isIdle(idle)) && System.nanoTime() < end) {
      TimeUnit.NANOSECONDS.timedWait(this, CHECK.toNanos());
    }
    List.copyOf(calls).forEach(OpenCall::end);
    end = System.nanoTime() + LAST_WORDS.toNanos();
    while (!calls.isEmpty() && System.nanoTime() < end) {
      TimeUnit.NANOSECONDS.timedWait(this, CHECK.toNanos());
    }
  }
}
