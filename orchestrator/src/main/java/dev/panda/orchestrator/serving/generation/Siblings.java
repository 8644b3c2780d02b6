package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.decoding.Policy;
import dev.panda.orchestrator.serving.port.ServiceException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Decodes the responses that a method chooses among: as many at a time as the services have room
 * for, at most {@value #AT_A_TIME}. If a response finds no room, as many run as had room, and one
 * more after each response that ends; if no other is left, the response fails. The first failure
 * ends all responses.
 */
final class Siblings {
  private static final int AT_A_TIME = 8;

  private final Plan plan;
  private final List<Supplier<Policy>> policies;
  private final Executor threads;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  // Guarded by this.
  private final Response[] responses;
  private final Deque<Integer> waiting = new ArrayDeque<>();
  private int limit = AT_A_TIME;
  private int running;
  private int ended;
  private Throwable failure;

  private Siblings(Plan plan, List<Supplier<Policy>> policies, Executor threads) {
    this.plan = plan;
    this.policies = policies;
    this.threads = threads;
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
    Siblings siblings = new Siblings(plan, policies, threads);
    siblings.runMore();
    siblings.done.join();
    return siblings.all();
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

  /** Begins as many of the waiting responses as may run. */
  private synchronized void runMore() {
    try {
      while (failure == null && running < limit && !waiting.isEmpty()) {
        int next = waiting.element();
        int endedBefore = ended;
        threads.execute(() -> decode(next, endedBefore));
        waiting.remove();
        running++;
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    if (running == 0) {
      done.complete(null);
    }
  }

  private void decode(int i, int endedBefore) {
    try {
      Policy policy = policies.get(i).get();
      end(i, new ResponseDecoding(plan, policy, token -> requireNoFailure()).run());
    } catch (ServiceException e) {
      if (!e.lacksRoom() || !putBack(i, endedBefore)) {
        fail(e);
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    }
    runMore();
  }

  private synchronized void end(int i, Response response) {
    responses[i] = response;
    running--;
    ended++;
    limit = Math.min(limit + 1, AT_A_TIME);
  }

  /**
   * Returns a response to the queue. It is worth another try if others run, or if one has ended,
   * and so given back its room, since this one began.
   */
  private synchronized boolean putBack(int i, int endedBefore) {
    if (running == 1 && ended == endedBefore) {
      return false;
    }
    running--;
    limit = Math.max(1, running);
    waiting.addFirst(i);
    return true;
  }

  private synchronized void fail(Throwable cause) {
    running--;
    if (failure == null) {
      failure = cause;
    }
  }

  private synchronized void requireNoFailure() {
    if (failure != null) {
      throw new CancellationException("response: not needed (expected: its siblings to succeed)");
    }
  }
}
