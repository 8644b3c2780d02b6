package dev.panda.reward.testing;

import dev.panda.api.reward.v1.CandidateScores;
import dev.panda.api.reward.v1.OpenSequence;
import dev.panda.api.reward.v1.RewardServiceGrpc;
import dev.panda.api.reward.v1.ScoreCandidates;
import dev.panda.api.reward.v1.ScoreRequest;
import dev.panda.api.reward.v1.ScoreResponse;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** One score stream, seen by a client that waits for each answer. */
public final class ScoreClient implements ClientResponseObserver<ScoreRequest, ScoreResponse> {
  private static final int PATIENCE_SECONDS = 20;
  private static final Object COMPLETED = "completed";

  private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
  private ClientCallStreamObserver<ScoreRequest> call;

  public ScoreClient(Channel channel) {
    RewardServiceGrpc.newStub(channel).score(this);
  }

  public static ScoreRequest message(OpenSequence.Builder open) {
    return ScoreRequest.newBuilder().setOpen(open).build();
  }

  public static ScoreRequest message(int[] accepted, int... candidates) {
    ScoreCandidates.Builder score = ScoreCandidates.newBuilder();
    IntStream.of(accepted).forEach(score::addAcceptedTokenIds);
    IntStream.of(candidates).forEach(score::addCandidateIds);
    return ScoreRequest.newBuilder().setScore(score).build();
  }

  public void open(OpenSequence.Builder open) throws InterruptedException {
    send(message(open));
    if (!answer().hasOpened()) {
      throw new AssertionError("answer to open: something else (expected: opened)");
    }
  }

  public CandidateScores score(int[] accepted, int... candidates) throws InterruptedException {
    send(message(accepted, candidates));
    return answer().getScores();
  }

  public void send(ScoreRequest request) {
    call.onNext(request);
  }

  public ScoreResponse answer() throws InterruptedException {
    Object event = next();
    if (event instanceof ScoreResponse answer) {
      return answer;
    }
    throw new AssertionError("answer: " + event + " (expected: one)");
  }

  /** How the stream fails, after what answers there are. */
  public StatusRuntimeException failure() throws InterruptedException {
    Object event = next();
    while (event instanceof ScoreResponse) {
      event = next();
    }
    if (event instanceof StatusRuntimeException failure) {
      return failure;
    }
    throw new AssertionError("end: " + event + " (expected: a failure)");
  }

  /** Half-closes, and waits for the service to close the stream. */
  public void complete() throws InterruptedException {
    halfClose();
    Object event = next();
    if (event != COMPLETED) {
      throw new AssertionError("end: " + event + " (expected: completed)");
    }
  }

  public void halfClose() {
    call.onCompleted();
  }

  private Object next() throws InterruptedException {
    Object event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("event: none in " + PATIENCE_SECONDS + " s (expected: one)");
    }
    return event;
  }

  public void cancel() {
    call.cancel("a test", null);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<ScoreRequest> stream) {
    call = stream;
  }

  @Override
  public void onNext(ScoreResponse answer) {
    events.add(answer);
  }

  @Override
  public void onError(Throwable failure) {
    events.add(failure);
  }

  @Override
  public void onCompleted() {
    events.add(COMPLETED);
  }
}
