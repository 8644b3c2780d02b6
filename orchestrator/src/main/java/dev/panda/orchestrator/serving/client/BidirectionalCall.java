package dev.panda.orchestrator.serving.client;

import dev.panda.orchestrator.serving.port.ServiceException;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A stream of questions and answers. The thread that asks also reads the answers. If a question
 * cannot be sent, or its answer does not come in time, the call ends. The caller closes the call.
 */
final class BidirectionalCall<Q, A> implements AutoCloseable {
  private static final long CLOSE_SECONDS = 1;

  private final String service;
  private final Timeouts timeouts;
  private final BlockingClientCall<Q, A> call;
  private int unanswered;

  private BidirectionalCall(String service, Timeouts timeouts, BlockingClientCall<Q, A> call) {
    this.service = service;
    this.timeouts = timeouts;
    this.call = call;
  }

  /** Starts a call with its first question. If that cannot be sent, nothing is left of the call. */
  static <Q, A> BidirectionalCall<Q, A> open(
      String service, Timeouts timeouts, BlockingClientCall<Q, A> call, Q first) {
    BidirectionalCall<Q, A> open = new BidirectionalCall<>(service, timeouts, call);
    open.send(first, timeouts.call());
    return open;
  }

  void send(Q question) {
    send(question, timeouts.step());
  }

  /** Sends a message that has no answer. */
  void tell(Q message) {
    write(message, timeouts.step());
  }

  private void send(Q question, Duration timeout) {
    unanswered++;
    write(question, timeout);
  }

  private void write(Q question, Duration timeout) {
    inTime(
        timeout,
        // false once the call is over; reading tells why
        () -> call.write(question, timeout.toNanos(), TimeUnit.NANOSECONDS));
  }

  /**
   * Waits for the acknowledgement of the first question. A service that queues for room refuses by
   * itself before this gives up.
   */
  A acknowledgement() {
    return answer(timeouts.acknowledgement());
  }

  /** Notes that the service owes an answer without another question. */
  void expectAnswer() {
    unanswered++;
  }

  A answer() {
    return answer(timeouts.step());
  }

  private A answer(Duration timeout) {
    A answer = inTime(timeout, () -> call.read(timeout.toNanos(), TimeUnit.NANOSECONDS));
    if (answer == null) {
      throw ServiceException.breach(service, "stream", "ended", "an answer");
    }
    unanswered--;
    return answer;
  }

  /** A part of the call that takes time. */
  private interface Part<T> {
    T run() throws StatusException, TimeoutException, InterruptedException;
  }

  private <T> T inTime(Duration timeout, Part<T> part) {
    try {
      return part.run();
    } catch (StatusException e) {
      throw Failures.behind(service, e);
    } catch (TimeoutException e) {
      call.cancel("not answered in time", e);
      throw Failures.ofTimeout(service, timeout);
    } catch (InterruptedException e) {
      call.cancel("interrupted", e);
      Thread.currentThread().interrupt();
      throw new CancellationException("call: interrupted (expected: to be answered)");
    } catch (RuntimeException | Error e) {
      call.cancel("failed", e);
      throw e;
    }
  }

  /** Half-closes the call if every question has its answer, and cancels it otherwise. */
  @Override
  public void close() {
    try {
      if (unanswered == 0) {
        call.halfClose();
      } else {
        call.cancel("not needed any more", null);
      }
      if (call.read(CLOSE_SECONDS, TimeUnit.SECONDS) != null) {
        call.cancel("an answer that nobody asked for", null);
      }
    } catch (StatusException | TimeoutException | RuntimeException over) {
      call.cancel("over", null);
    } catch (InterruptedException e) {
      call.cancel("interrupted", e);
      Thread.currentThread().interrupt();
    }
  }
}
