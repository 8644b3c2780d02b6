package dev.panda.orchestrator.workshop.benchmark.load;

import dev.panda.orchestrator.workshop.benchmark.contender.Answer;
import dev.panda.orchestrator.workshop.benchmark.contender.Contender;
import dev.panda.orchestrator.workshop.benchmark.contender.Prompt;
import dev.panda.orchestrator.workshop.benchmark.contender.RequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Puts a contender under a load and measures its answers. */
public final class LoadGenerator {
  private static final long GRACE_SECONDS = 2;

  private final Clock clock;
  private final Runnable onRequest;

  /**
   * @param onRequest runs after each request, in any thread
   */
  public LoadGenerator(Runnable onRequest) {
    this(Clock.SYSTEM, onRequest);
  }

  LoadGenerator(Clock clock, Runnable onRequest) {
    this.clock = clock;
    this.onRequest = onRequest;
  }

  /**
   * Makes one run. If the thread is interrupted, the requests under way are cancelled, and the run
   * holds those that had ended.
   */
  public Run run(Contender contender, Load load, Extent extent, Supplier<Prompt> prompts) {
    Queue<Measured> requests = new ConcurrentLinkedQueue<>();
    ExecutorService streams = Executors.newCachedThreadPool();
    long start = clock.nanos();
    boolean whole = true;
    try {
      load.begin(
          streams,
          clock,
          extent,
          due -> measure(contender, prompts.get(), start, due).ifPresent(requests::add));
      streams.shutdown();
      whole = streams.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      whole = false;
      cancel(streams);
    }
    return new Run(clock.nanos() - start, whole, List.copyOf(requests));
  }

  /** Makes one request; empty if it was cancelled. */
  private Optional<Measured> measure(Contender contender, Prompt prompt, long start, long due) {
    List<Long> tokens = new ArrayList<>();
    Optional<Answer> answer = Optional.empty();
    Optional<RequestException> failure = Optional.empty();
    try {
      answer = Optional.of(contender.ask(prompt, () -> tokens.add(clock.nanos() - start)));
    } catch (RequestException failed) {
      failure = Optional.of(failed);
    }
    if (Thread.currentThread().isInterrupted()) {
      return Optional.empty();
    }
    long[] times = tokens.stream().mapToLong(Long::longValue).toArray();
    onRequest.run();
    return Optional.of(new Measured(due - start, times, clock.nanos() - start, answer, failure));
  }

  private static void cancel(ExecutorService streams) {
    streams.shutdownNow();
    try {
      streams.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException again) {
      // Whoever asked twice wants no grace.
    }
  }
}
