package dev.panda.basemodel.testing;

import dev.panda.api.basemodel.v1.AcceptToken;
import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.OpenSequence;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One decode stream, seen by a client that waits for each answer. */
public final class DecodeClient implements ClientResponseObserver<DecodeRequest, DecodeResponse> {
  private static final int PATIENCE_SECONDS = 20;
  private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
  private ClientCallStreamObserver<DecodeRequest> call;

  public DecodeClient(Channel channel) {
    BaseModelServiceGrpc.newStub(channel).decode(this);
  }

  public DecodeResponse open(OpenSequence.Builder open) throws InterruptedException {
    send(DecodeRequest.newBuilder().setOpen(open).build());
    return answer();
  }

  public DecodeResponse accept(int token) throws InterruptedException {
    send(DecodeRequest.newBuilder().setAccept(AcceptToken.newBuilder().setTokenId(token)).build());
    return answer();
  }

  /** Accepts a token, with a limit for the next step's rewards. */
  public DecodeResponse accept(int token, double within) throws InterruptedException {
    send(
        DecodeRequest.newBuilder()
            .setAccept(AcceptToken.newBuilder().setTokenId(token).setWithin(within))
            .build());
    return answer();
  }

  public void send(DecodeRequest request) {
    call.onNext(request);
  }

  public DecodeResponse answer() throws InterruptedException {
    Object event = next();
    if (event instanceof DecodeResponse answer) {
      return answer;
    }
    throw new AssertionError("answer: " + event + " (expected: candidates)");
  }

  /** How the stream ends. */
  public Status end() throws InterruptedException {
    Object event = next();
    if (event instanceof Status status) {
      return status;
    }
    throw new AssertionError("end: " + event + " (expected: a status)");
  }

  /** How the stream ends, after what answers there are. */
  public Status endAfterAnswers() throws InterruptedException {
    Object event = next();
    while (event instanceof DecodeResponse) {
      event = next();
    }
    return (Status) event;
  }

  private Object next() throws InterruptedException {
    Object event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("event: none in " + PATIENCE_SECONDS + " s (expected: one)");
    }
    return event;
  }

  public void halfClose() {
    call.onCompleted();
  }

  public void cancel() {
    call.cancel("a test", null);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<DecodeRequest> stream) {
    call = stream;
  }

  @Override
  public void onNext(DecodeResponse answer) {
    events.add(answer);
  }

  @Override
  public void onError(Throwable failure) {
    events.add(Status.fromThrowable(failure));
  }

  @Override
  public void onCompleted() {
    events.add(Status.OK);
  }
}
