package dev.panda.basemodel.serving.grpc;

import dev.panda.answer.Reason;
import dev.panda.answer.RefusedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Runs what tokenises, apart from other work: two at a time, because each takes processor time and
 * memory with the length of its text. What would have to wait long is refused, and what nobody
 * waits for any more does not begin.
 */
final class Tokenisations {
  private static final int THREADS = 2;

  /** Characters of all that waits or runs: a few seconds of work. */
  private static final int MOST_CHARACTERS = 2 << 20;

  /** What a short text counts, so that at most 1,024 wait. */
  private static final int LEAST_CHARACTERS = 2 << 10;

  private final Semaphore room = new Semaphore(MOST_CHARACTERS);
  private final Executor threads;

  Tokenisations() {
    this(threads());
  }

  Tokenisations(Executor threads) {
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
              Thread thread = new Thread(task, "tokenisation");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /**
   * Runs a tokenisation once a thread is free.
   *
   * @param characters checks the request's length, at once, and gives it
   * @return completes with the result; cancel it if nobody waits for it
   */
  <T> CompletableFuture<T> run(IntSupplier characters, Supplier<T> work) {
    int size;
    try {
      size = Math.min(MOST_CHARACTERS, Math.max(LEAST_CHARACTERS, characters.getAsInt()));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    if (!room.tryAcquire(size)) {
      return CompletableFuture.failedFuture(
          new RefusedException(
              Reason.TOO_MANY_PROMPTS,
              "waiting prompts",
              MOST_CHARACTERS - room.availablePermits() + " characters",
              "at most " + MOST_CHARACTERS + " with this one"));
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    threads.execute(
        () -> {
          try {
            if (!result.isDone()) {
              result.complete(work.get());
            }
          } catch (Throwable e) { // also memory that is not enough
            result.completeExceptionally(e);
          } finally {
            room.release(size);
          }
        });
    return result;
  }
}
