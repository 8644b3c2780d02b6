package dev.panda.reward.workshop.batch;

import dev.panda.transformer.workshop.training.TrainingException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Keeps the backbone busy: processes a few inputs at a time, and finishes them in order. */
public final class InFlight {
  /** Enough inputs that the backbone never waits while its results are processed. */
  public static final int AT_A_TIME = 4;

  private record Pending<T, R>(T input, CompletableFuture<R> result) {}

  private InFlight() {}

  /**
   * Processes all inputs, {@link #AT_A_TIME} at a time.
   *
   * @param begin starts one input
   * @param finish receives each input with its result, on the caller's thread
   * @throws TrainingException if the backbone fails
   */
  public static <T, R> void run(
      Collection<T> inputs, Function<T, CompletableFuture<R>> begin, BiConsumer<T, R> finish) {
    run(inputs, AT_A_TIME, begin, finish);
  }

  /**
   * Processes all inputs.
   *
   * @param atATime how many inputs to process at a time
   * @param begin starts one input
   * @param finish receives each input with its result, on the caller's thread
   * @throws TrainingException if the backbone fails
   */
  public static <T, R> void run(
      Collection<T> inputs,
      int atATime,
      Function<T, CompletableFuture<R>> begin,
      BiConsumer<T, R> finish) {
    Deque<Pending<T, R>> pending = new ArrayDeque<>();
    for (T input : inputs) {
      pending.add(new Pending<>(input, begin.apply(input)));
      if (pending.size() == atATime) {
        finish(pending.remove(), finish);
      }
    }
    while (!pending.isEmpty()) {
      finish(pending.remove(), finish);
    }
  }

  private static <T, R> void finish(Pending<T, R> pending, BiConsumer<T, R> finish) {
    R result;
    try {
      result = pending.result.join();
    } catch (CompletionException e) {
      throw new TrainingException("backbone: " + e.getCause().getMessage(), e);
    }
    finish.accept(pending.input, result);
  }
}
