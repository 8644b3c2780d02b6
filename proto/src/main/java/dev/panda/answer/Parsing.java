package dev.panda.answer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Parses requests apart from other work: two at a time, because each takes processor time and
 * memory with its length. What would have to wait long is refused, and what nobody waits for any
 * more does not begin.
 */
public final class Parsing {
  private static final int THREADS = 2;

  /** Length of all that waits or runs: a few seconds of work if it is text. */
  private static final int LONGEST = 2 << 20;

  /** What a short request counts, so that at most 1,024 wait. */
  private static final int SHORTEST = 2 << 10;

  private final String unit;
  private final Executor threads;
  private final Semaphore room = new Semaphore(LONGEST);

  /**
   * @param unit of the lengths, such as characters
   */
  public Parsing(String unit) {
    this(unit, threads());
  }

  /** With threads of a test. */
  public Parsing(String unit, Executor threads) {
    this.unit = unit;
    this.threads = threads;
  }

  private static Executor threads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "parsing");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /**
   * Parses at once, on this thread: for requests that take little time within their longest length.
   *
   * @param length checks the request's length
   */
  public static <T> CompletableFuture<T> atOnce(IntSupplier length, Supplier<T> work) {
    try {
      int unused = length.getAsInt();
      return CompletableFuture.completedFuture(work.get());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Parses once a thread is free.
   *
   * @param length checks the request's length, at once, and gives it
   * @return completes with the result; cancel it if nobody waits for it
   */
  public <T> CompletableFuture<T> run(IntSupplier length, Supplier<T> work) {
    int size;
    try {
      size = Math.min(LONGEST, Math.max(SHORTEST, length.getAsInt()));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    if (!room.tryAcquire(size)) {
      return CompletableFuture.failedFuture(
          new RefusedException(
              Reason.TOO_MANY_PROMPTS,
              "waiting prompts",
              LONGEST - room.availablePermits() + " " + unit,
              "at most " + LONGEST + " with this one"));
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      threads.execute(() -> run(work, result, size));
    } catch (RuntimeException | Error e) { // no thread could be started
      room.release(size);
      result.completeExceptionally(e);
    }
    return result;
  }

  private <T> void run(Supplier<T> work, CompletableFuture<T> result, int size) {
    try {
      if (!result.isDone()) {
        result.complete(work.get());
      }
    } catch (Throwable e) { // also memory that is not enough
      result.completeExceptionally(e);
    } finally {
      room.release(size);
    }
  }
}
