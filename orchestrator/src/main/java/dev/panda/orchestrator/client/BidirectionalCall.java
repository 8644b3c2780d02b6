package dev.panda.orchestrator.client;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A stream of questions and answers, read by the thread that asks. The caller closes it. */
final class BidirectionalCall<Q, A> implements AutoCloseable {
  private static final long CLOSE_SECONDS = 1;

  private final String service;
  private final BlockingClientCall<Q, A> call;
  private int unanswered;

  BidirectionalCall(String service, BlockingClientCall<Q, A> call) {
    this.service = service;
    this.call = call;
  }

  void send(Q question) {
    try {
      unanswered++;
      call.write(question); // false once the call is over; reading tells why
    } catch (StatusException e) {
      throw ServiceException.of(service, e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  A answer() {
    try {
      A answer = call.read();
      if (answer == null) {
        throw ServiceException.ofBreach(service, "the stream ended", "an answer");
      }
      unanswered--;
      return answer;
    } catch (StatusException e) {
      throw ServiceException.of(service, e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** Half-closes where every question has its answer, cancels otherwise; reads the rest. */
  @Override
  public void close() {
    try {
      if (unanswered == 0) {
        call.halfClose();
      } else {
        call.cancel("not needed any more", null);
      }
      call.read(CLOSE_SECONDS, TimeUnit.SECONDS);
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
