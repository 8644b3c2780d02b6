package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.decoding.Policy;
import dev.panda.orchestrator.serving.port.ServiceException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Decodes the responses that a method chooses among: as many at a time as the services have room
 * for, at most {@value #AT_A_TIME}. If a response finds no room, it waits until another one has
 * ended; if no other is left, it fails. The first failure ends all responses.
 */
final class Siblings {
  private static final int AT_A_TIME = 8;

  private final Plan plan;
  private final List<Supplier<Policy>> policies;

  // Guarded by this.
  private final Response[] responses;
  private final Deque<Integer> waiting = new ArrayDeque<>();
  private int workers;
  private int ended;
  private Throwable failure;

  private Siblings(Plan plan, List<Supplier<Policy>> policies) {
    this.plan = plan;
    this.policies = policies;
    this.responses = new Response[policies.size()];
    IntStream.range(0, responses.length).forEach(waiting::add);
  }

  /**
   * Decodes one response for each policy, in the order of the policies; blocks until all are
   * finished.
   *
   * @param threads an executor that gives every task a thread at once, in the caller's gRPC context
   */
  static List<Response> decode(Plan plan, List<Supplier<Policy>> policies, Executor threads) {
    return new Siblings(plan, policies).decode(threads);
  }

  private List<Response> decode(Executor threads) {
    int atATime = Math.min(AT_A_TIME, responses.length);
    workers = atATime;
    CompletableFuture.allOf(
            Stream.generate(() -> CompletableFuture.runAsync(this::work, threads))
                .limit(atATime)
                .toArray(CompletableFuture[]::new))
        .join();
    return all();
  }

  private synchronized List<Response> all() {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
    return List.of(responses);
  }

  private void work() {
    OptionalInt next = next();
    while (next.isPresent()) {
      next = decode(next.getAsInt()) ? next() : OptionalInt.empty();
    }
  }

  /** Takes the next response to decode; empty if the worker ends. */
  private synchronized OptionalInt next() {
    if (failure != null || waiting.isEmpty()) {
      workers--;
      return OptionalInt.empty();
    }
    return OptionalInt.of(waiting.remove());
  }

  /** Decodes a response and says whether the worker goes on. */
  private boolean decode(int i) {
    int endedBefore = ended();
    try {
      end(i, new ResponseDecoding(plan, policies.get(i).get(), token -> requireNoFailure()).run());
      return true;
    } catch (ServiceException e) {
      return e.lacksRoom() ? putBack(i, endedBefore, e) : fail(e);
    } catch (RuntimeException | Error e) {
      return fail(e);
    }
  }

  private synchronized int ended() {
    return ended;
  }

  private synchronized void end(int i, Response response) {
    responses[i] = response;
    ended++;
  }

  /**
   * Returns a response to the queue. The last worker tries again if a response has ended, and so
   * given back its room, since the worker began.
   */
  private synchronized boolean putBack(int i, int endedBefore, ServiceException refusal) {
    boolean last = workers == 1;
    if (last && ended == endedBefore) {
      return fail(refusal);
    }
    waiting.addFirst(i);
    if (!last) {
      workers--;
    }
    return last;
  }

  private synchronized boolean fail(Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
    workers--;
    return false;
  }

  private synchronized void requireNoFailure() {
    if (failure != null) {
      throw new CancellationException("response: not needed (expected: its siblings to succeed)");
    }
  }
}
