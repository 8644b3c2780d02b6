package dev.panda.reward.serving.grpc;

import dev.panda.answer.RefusedException;
import dev.panda.answer.quarkus.EventLoop;
import dev.panda.answer.quarkus.IdleLimit;
import dev.panda.api.reward.v1.CandidateScores;
import dev.panda.api.reward.v1.OpenSequence;
import dev.panda.api.reward.v1.ScoreCandidates;
import dev.panda.api.reward.v1.ScoreRequest;
import dev.panda.api.reward.v1.ScoreResponse;
import dev.panda.api.reward.v1.SequenceOpened;
import dev.panda.transformer.engine.AdvanceResult;
import dev.panda.transformer.engine.SequenceRoom;
import dev.panda.transformer.reward.ResponseRewards;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One {@code Score} stream: the sequence that it holds, and the state of its conversation.
 *
 * <p>Thread: everything here runs on the call's event loop. The engine's thread runs the model and
 * hands its results back to the event loop, so nothing here needs a lock.
 *
 * <p>Cancel handler: {@link #release} ends the stream in any state. If the engine opens the
 * sequence only after that, the stream closes it at once. Every stream ends once, in {@link #end}.
 * Answers, two at most, wait until the client reads. A client that does not read them, or sends no
 * next message, loses the stream after a while.
 */
final class ScoreStream implements StreamObserver<ScoreRequest> {
  private static final int[] NONE = {};

  /** The state of the conversation. */
  private enum State {
    /** No message yet. */
    NEW,
    /** The open waits for room; a {@code score} may come early. */
    OPENING,
    /** The engine computes the prompt; a {@code score} waits for it. */
    PREFILLING,
    /** The sequence is open and every {@code score} has its answer. */
    OPEN,
    /** The engine computes candidates. */
    SCORING,
    /** The stream is over and holds nothing. */
    ENDED
  }

  private final ServerCallStreamObserver<ScoreResponse> client;
  private final Scoring scoring;
  private final ReadoutSource.Opener opener;
  private final EventLoop eventLoop;
  private final IdleLimit idle;
  private final ArrayDeque<ScoreResponse> unsent = new ArrayDeque<>();

  private State state = State.NEW;
  private boolean halfClosed;
  private ScoreCandidates early;
  private ValidOpen open;
  private CompletableFuture<ReadoutSource> opening;
  private ReadoutSource source;
  private ResponseRewards rewards;
  private int length;

  ScoreStream(
      ServerCallStreamObserver<ScoreResponse> client,
      Scoring scoring,
      ReadoutSource.Opener opener,
      EventLoop eventLoop) {
    this.client = client;
    this.scoring = scoring;
    this.opener = opener;
    this.eventLoop = eventLoop;
    this.idle = new IdleLimit(eventLoop, scoring.idleTimeout(), this::end);
    client.setOnCancelHandler(this::release);
    client.setOnReadyHandler(this::send);
    idle.start();
  }

  @Override
  public void onNext(ScoreRequest request) {
    if (state == State.ENDED) {
      return;
    }
    idle.stop();
    try {
      switch (request.getKindCase()) {
        case OPEN -> open(request.getOpen());
        case SCORE -> score(request.getScore());
        case KIND_NOT_SET -> throw RefusedException.field("kind", "unset", "one of open and score");
      }
    } catch (RuntimeException | Error e) {
      end(e);
    }
  }

  /** The client half-closes; it still gets the answers to its messages. */
  @Override
  public void onCompleted() {
    halfClosed = true;
    endIfDone();
  }

  /** gRPC calls this beside the cancel handler when the client goes away. */
  @Override
  public void onError(Throwable failure) {
    release();
  }

  private void open(OpenSequence request) {
    if (state != State.NEW) {
      throw RefusedException.outOfOrder("open", "score, as the sequence is open");
    }
    open = scoring.requests().open(request);
    rewards = new ResponseRewards(scoring.models(), open.preferences(), open.unit());
    state = State.OPENING;
    opening =
        opener.open(
            new SequenceRoom(
                open.sequenceTokens(),
                rewards.readsCandidates() ? open.maxCandidates() : 0,
                open.prompt().length - 1));
    CompletableFuture<ReadoutSource> unused =
        opening.whenComplete((opened, failure) -> eventLoop.execute(() -> opened(opened, failure)));
  }

  private void opened(ReadoutSource opened, Throwable failure) {
    if (state == State.ENDED) {
      if (opened != null) {
        opened.close();
      }
      return;
    }
    if (failure != null) {
      end(failure);
      return;
    }
    source = opened;
    try {
      prefill();
    } catch (RuntimeException | Error e) {
      end(e);
    }
  }

  private void prefill() {
    state = State.PREFILLING;
    answer(ScoreResponse.newBuilder().setOpened(SequenceOpened.getDefaultInstance()).build());
    if (state != State.ENDED) {
      advance(concatenate(open.prompt(), open.accepted()), NONE, this::prefilled);
    }
  }

  private void prefilled(AdvanceResult step) {
    rewards.begin(step.acceptedReadouts()[open.prompt().length - 1]);
    accept(step, open.prompt().length);
    clientsTurn();
    if (early != null) {
      ScoreCandidates request = early;
      early = null;
      idle.stop();
      compute(request);
    }
  }

  private void score(ScoreCandidates request) {
    switch (state) {
      case NEW -> throw RefusedException.outOfOrder("score", "open, as the first message");
      case OPENING, PREFILLING -> scoreEarly(request);
      case OPEN -> scoreInTurn(request);
      case SCORING -> throw tooEarly();
      case ENDED -> {}
    }
  }

  private void scoreEarly(ScoreCandidates request) {
    if (early != null) {
      throw state == State.OPENING
          ? RefusedException.outOfOrder("score", "at most one before the answer to open")
          : tooEarly();
    }
    early = request;
  }

  private void scoreInTurn(ScoreCandidates request) {
    if (!unsent.isEmpty()) {
      throw tooEarly();
    }
    compute(request);
  }

  private void compute(ScoreCandidates request) {
    ValidStep step = scoring.requests().step(request, open, length);
    state = State.SCORING;
    int[] candidates = step.candidates();
    advance(
        step.accepted(),
        rewards.readsCandidates() ? candidates : NONE,
        computed -> scored(candidates, computed));
  }

  private void scored(int[] candidates, AdvanceResult step) {
    accept(step, 0);
    CandidateScores.Builder scores = CandidateScores.newBuilder().setAcceptedTokens(length);
    Arrays.stream(rewards.score(candidates, step.candidateReadouts())).forEach(scores::addRewards);
    Arrays.stream(rewards.runningSums()).forEach(scores::addRunningSums);
    Arrays.stream(rewards.whole()).forEach(scores::addResponseRewards);
    clientsTurn();
    answer(ScoreResponse.newBuilder().setScores(scores).build());
  }

  private void clientsTurn() {
    state = State.OPEN;
    idle.start();
  }

  /** Takes the accepted tokens into account, except the prompt's at their head. */
  private void accept(AdvanceResult step, int promptTokens) {
    float[][] readouts = step.acceptedReadouts();
    for (int i = promptTokens; i < readouts.length; i++) {
      rewards.accept(readouts[i]);
      length++;
    }
  }

  /** Computes a step and continues with it on the event loop, unless the stream is over by then. */
  private void advance(int[] accepted, int[] candidates, Consumer<AdvanceResult> next) {
    if (accepted.length == 0 && candidates.length == 0) {
      next.accept(new AdvanceResult(new float[0][], new float[0][], Optional.empty()));
      return;
    }
    CompletableFuture<AdvanceResult> unused =
        source
            .advance(accepted, candidates)
            .whenComplete((step, failure) -> eventLoop.execute(() -> goOn(step, failure, next)));
  }

  private void goOn(AdvanceResult step, Throwable failure, Consumer<AdvanceResult> next) {
    if (state == State.ENDED) {
      return;
    }
    if (failure != null) {
      end(failure);
      return;
    }
    try {
      next.accept(step);
    } catch (RuntimeException | Error e) {
      end(e);
    }
  }

  private void answer(ScoreResponse answer) {
    unsent.add(answer);
    send();
  }

  private void send() {
    boolean reads = false;
    while (!unsent.isEmpty() && client.isReady()) {
      client.onNext(unsent.remove());
      reads = true;
    }
    if (reads && state == State.OPEN) {
      idle.start();
    }
    endIfDone();
  }

  private void endIfDone() {
    boolean idle = state == State.NEW || state == State.PREFILLING || state == State.OPEN;
    if (halfClosed && idle && early == null && unsent.isEmpty()) {
      end(null);
    }
  }

  private void end(Throwable failure) {
    if (state == State.ENDED) {
      return;
    }
    release();
    if (failure == null) {
      client.onCompleted();
    } else {
      client.onError(Statuses.of(failure));
    }
  }

  private void release() {
    state = State.ENDED;
    idle.stop();
    unsent.clear();
    if (opening != null) {
      opening.cancel(false);
    }
    if (source != null) {
      source.close();
    }
  }

  private static RefusedException tooEarly() {
    return RefusedException.outOfOrder("score", "nothing before the answer to the last message");
  }

  private static int[] concatenate(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
