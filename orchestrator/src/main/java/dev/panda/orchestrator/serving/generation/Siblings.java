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
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Decodes the responses that a method chooses among: as many at a time as the services have room
 * for, at most {@value #AT_A_TIME}. One that finds no room runs when another one has ended; it
 * fails where none is left to wait for. The first failure ends all of them.
 */
final class Siblings {
  private static final int AT_A_TIME = 8;

  private final Plan plan;
  private final List<Policy> policies;

  // Guarded by this.
  private final Response[] responses;
  private final Deque<Integer> waiting = new ArrayDeque<>();
  private int workers;
  private int ended;
  private Throwable failure;

  private Siblings(Plan plan, List<Policy> policies) {
    this.plan = plan;
    this.policies = policies;
    this.responses = new Response[policies.size()];
    IntStream.range(0, responses.length).forEach(waiting::add);
  }

  /**
   * The responses, one for each policy, in their order; blocks until all are finished.
   *
   * @param threads as many as are asked for at once, in the caller's gRPC context
   */
  static List<Response> decode(Plan plan, List<Policy> policies, Executor threads) {
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

  /** The next response to decode; empty where the worker ends. */
  private synchronized OptionalInt next() {
    if (failure != null || waiting.isEmpty()) {
      workers--;
      return OptionalInt.empty();
    }
    return OptionalInt.of(waiting.remove());
  }

  /** Whether the worker goes on. */
  private boolean decode(int i) {
    int endedBefore = ended();
    try {
      end(i, new ResponseDecoding(plan, policies.get(i), token -> requireNoFailure()).run());
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

  /** The last worker tries again where a response has ended since it began, and given back room. */
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
