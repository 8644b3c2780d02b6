package dev.panda.orchestrator.serving.client;

import dev.panda.orchestrator.serving.port.ServiceException;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A stream of questions and answers. The thread that asks also reads the answers. If the service
 * does not answer in time, the call ends. The caller closes the call.
 */
final class BidirectionalCall<Q, A> implements AutoCloseable {
  private static final long CLOSE_SECONDS = 1;

  private final String service;
  private final Duration timeout;
  private final BlockingClientCall<Q, A> call;
  private int unanswered;

  /**
   * @param timeout longest time for an answer
   */
  BidirectionalCall(String service, Duration timeout, BlockingClientCall<Q, A> call) {
    this.service = service;
    this.timeout = timeout;
    this.call = call;
  }

  void send(Q question) {
    try {
      unanswered++;
      call.write(
          question,
          timeout.toNanos(),
          TimeUnit.NANOSECONDS); // false once the call is over; reading tells why
    } catch (StatusException e) {
      throw Failures.of(service, e);
    } catch (TimeoutException e) {
      throw Failures.ofTimeout(service, timeout);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  A answer() {
    A answer = acknowledgement();
    unanswered--;
    return answer;
  }

  /** Reads an answer that another one to the same question follows. */
  A acknowledgement() {
    try {
      A answer = call.read(timeout.toNanos(), TimeUnit.NANOSECONDS);
      if (answer == null) {
        throw ServiceException.breach(service, "stream", "ended", "an answer");
      }
      return answer;
    } catch (StatusException e) {
      throw Failures.of(service, e);
    } catch (TimeoutException e) {
      throw Failures.ofTimeout(service, timeout);
    } catch (InterruptedException e) {
      throw interrupted();
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
    } catch (StatusException over) {
      if (over.getStatus().getCode() != Status.Code.CANCELLED) {
        call.cancel("over", over);
      }
    } catch (TimeoutException e) {
      call.cancel("not closed in time", e);
    } catch (InterruptedException e) {
      call.cancel("interrupted", e);
      Thread.currentThread().interrupt();
    }
  }

  private static CancellationException interrupted() {
    Thread.currentThread().interrupt();
    return new CancellationException("call: interrupted (expected: to be answered)");
  }
}
