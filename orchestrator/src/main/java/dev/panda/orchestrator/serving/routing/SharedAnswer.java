package dev.panda.orchestrator.serving.routing;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The answer to one question, which all callers share. At most one question is under way, however
 * many ask. Any number of threads may use it.
 */
public final class SharedAnswer<T> {
  /** How long a good answer serves while the question is asked again. */
  private static final Duration KEPT = Duration.ofMinutes(1);

  /** How long the one who asks again after a failure waits. */
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private final Supplier<CompletableFuture<T>> ask;
  private final long freshNanos;

  // Guarded by this.
  private CompletableFuture<T> question;
  private CompletableFuture<T> answer;
  private long answered;

  /**
   * Asks at the first use.
   *
   * @param freshness how long an answer is given without asking again
   */
  public SharedAnswer(Supplier<CompletableFuture<T>> ask, Duration freshness) {
    this.ask = ask;
    this.freshNanos = freshness.toNanos();
  }

  /**
   * Gives the last answer, and asks again in the background if it is not fresh. The caller waits
   * only if there is no answer yet, or the last one is a minute old.
   */
  public synchronized CompletableFuture<T> known() {
    if (answer != null && age() < freshNanos) {
      return answer;
    }
    CompletableFuture<T> next = question();
    boolean serves =
        answer != null && (answer.isCompletedExceptionally() || age() < KEPT.toNanos());
    return serves ? answer : next;
  }

  /**
   * Asks, or joins the question under way. If the last answer was a failure, nobody joins: it is
   * given again while the question is under way, and after a second to the one who asked, too.
   */
  public synchronized CompletableFuture<T> current() {
    boolean joins = question != null;
    CompletableFuture<T> last = answer;
    CompletableFuture<T> next = question();
    if (last == null || !last.isCompletedExceptionally()) {
      return next;
    }
    return joins
        ? last
        : next.copy()
            .orTimeout(AFTER_FAILURE.toNanos(), TimeUnit.NANOSECONDS)
            .exceptionallyCompose(
                e -> e instanceof TimeoutException ? last : CompletableFuture.failedFuture(e));
  }

  /** The last answer, however old; empty if it failed or there is none yet. */
  synchronized Optional<T> last() {
    return answer == null || answer.isCompletedExceptionally()
        ? Optional.empty()
        : Optional.of(answer.join());
  }

  /** Why the last answer failed; empty if it did not. */
  public synchronized Optional<String> failure() {
    if (answer == null) {
      return Optional.of("no answer yet");
    }
    return answer
        .handle((value, failure) -> Optional.ofNullable(failure).map(SharedAnswer::message))
        .join();
  }

  /** The answer once it is there. */
  static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static String message(Throwable failure) {
    return failure instanceof CompletionException wrapped && wrapped.getCause() != null
        ? wrapped.getCause().getMessage()
        : failure.getMessage();
  }

  private long age() {
    return System.nanoTime() - answered;
  }

  private CompletableFuture<T> question() {
    if (question == null) {
      CompletableFuture<T> next = ask.get();
      question = next;
      CompletableFuture<T> unused = next.whenComplete((value, failure) -> keep(next));
    }
    return question == null ? answer : question;
  }

  private synchronized void keep(CompletableFuture<T> completed) {
    answer = completed;
    answered = System.nanoTime();
    question = null;
  }
}
