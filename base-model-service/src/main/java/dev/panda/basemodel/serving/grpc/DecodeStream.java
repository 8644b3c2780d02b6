package dev.panda.basemodel.serving.grpc;

import dev.panda.answer.RefusedException;
import dev.panda.answer.quarkus.EventLoop;
import dev.panda.answer.quarkus.IdleLimit;
import dev.panda.api.basemodel.v1.AcceptToken;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.ForeseeTokens;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.api.basemodel.v1.ReadCandidates;
import dev.panda.transformer.engine.AdvanceResult;
import dev.panda.transformer.engine.Continuation;
import dev.panda.transformer.engine.Guidance;
import dev.panda.transformer.engine.SequenceRoom;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One {@code Decode} stream: the sequence that it holds, and the state of its conversation.
 *
 * <p>Thread: everything here runs on the call's event loop. A worker parses the prompt and the
 * engine's thread runs the model; both hand their results back to the event loop, so nothing here
 * needs a lock.
 *
 * <p>Cancel handler: {@link #release} ends the stream in any state. If the engine opens the
 * sequence only after that, the stream closes it at once. Every stream ends once, in {@link #end}.
 * Answers, two at most, wait until the client reads. A client that does not read them, or sends no
 * next message, loses the stream after a while.
 */
final class DecodeStream implements StreamObserver<DecodeRequest> {

  private static final int[] NONE = {};

  /** The state of the conversation. */
  private enum State {
    /** No message yet. */
    NEW,
    /** A worker parses the prompt, or the open waits for room. */
    OPENING,
    /** The model computes candidates. */
    COMPUTING,
    /** The sequence is open and every message has its answer. */
    OPEN,
    /** The stream is over and holds nothing. */
    ENDED
  }

  private final ServerCallStreamObserver<DecodeResponse> client;
  private final Decoding decoding;
  private final CandidateSource.Opener opener;
  private final EventLoop eventLoop;
  private final IdleLimit idle;
  private final ArrayDeque<DecodeResponse> unsent = new ArrayDeque<>();

  private State state = State.NEW;
  private boolean halfClosed;
  private CompletableFuture<ValidOpen> parsing;
  private ValidOpen open;

  /** With guidance: the rewards after the last step, and behind each token of the last draft. */
  private List<SequenceRewards> rewards = List.of();

  private CompletableFuture<CandidateSource> opening;
  private CandidateSource source;
  private boolean promptTold;
  private int step;

  /** Number of the last draft's steps that the client has. */
  private int drafted;

  /** Null unless the client waits with its choice. */
  private CompletableFuture<AdvanceResult> foreseeing;

  /**
   * Begins a stream on the call's event loop.
   *
   * @param eventLoop the call's
   */
  DecodeStream(
      ServerCallStreamObserver<DecodeResponse> client,
      Decoding decoding,
      CandidateSource.Opener opener,
      EventLoop eventLoop) {
    this.client = client;
    this.decoding = decoding;
    this.opener = opener;
    this.eventLoop = eventLoop;
    this.idle = new IdleLimit(eventLoop, decoding.idleTimeout(), this::end);
    client.setOnCancelHandler(this::release);
    client.setOnReadyHandler(this::send);
    idle.start();
  }

  @Override
  public void onNext(DecodeRequest request) {
    if (state == State.ENDED) {
      return;
    }
    idle.stop();
    try {
      switch (request.getKindCase()) {
        case OPEN -> open(request.getOpen());
        case ACCEPT -> accept(request.getAccept());
        case READ -> read(request.getRead());
        case FORESEE -> foresee(request.getForesee());
        case KIND_NOT_SET ->
            throw RefusedException.field("kind", "unset", "one of open, accept, read and foresee");
      }
    } catch (RuntimeException | Error e) {
      end(e);
    }
  }

  /** The client half-closes; it still gets the answer to its last message. */
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
      throw RefusedException.outOfOrder("open", "accept, as the sequence is open");
    }
    state = State.OPENING;
    parsing = decoding.parse(request);
    then(parsing, this::reserve);
  }

  private void reserve(ValidOpen valid) {
    open = valid;
    rewards =
        valid
            .guidance()
            .map(g -> List.of(new SequenceRewards(decoding.rewards(), g, valid.prompt().length)))
            .orElse(List.of());
    step = valid.accepted().length;
    opening =
        opener.open(
            new SequenceRoom(
                valid.sequenceTokens(),
                readsCandidates() && goesOn()
                    ? (1 + valid.draftRoom()) * valid.k()
                    : valid.maxForeseen(),
                valid.tokensBeforeReadOuts() - 1));
    handBack(opening, this::opened);
  }

  private void opened(CandidateSource opened, Throwable failure) {
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
      begin();
    } catch (RuntimeException | Error e) {
      end(e);
    }
  }

  private void begin() {
    if (open.acknowledge()) {
      answer(DecodeResponse.newBuilder().setStep(step));
    }
    if (state != State.ENDED) {
      advance(0, concatenate(open.prompt(), open.accepted()), NONE, open.within());
    }
  }

  private void requireTurn(String kind) {
    if (state == State.NEW) {
      throw RefusedException.outOfOrder(kind, "open, as the first message");
    }
    if (state != State.OPEN || !unsent.isEmpty()) {
      throw RefusedException.outOfOrder(kind, "nothing before the answer to the last message");
    }
  }

  private void read(ReadCandidates read) {
    requireTurn("read");
    if (rewards.isEmpty()) {
      throw RefusedException.outOfOrder("read", "accept, as the sequence has no guidance");
    }
    int behind = decoding.requests().drafted("read.drafted", read.getDrafted(), drafted);
    SequenceRewards guiding = rewards.get(behind);
    int candidates = decoding.requests().read(read, guiding.scored(), guiding.mostScored());
    state = State.COMPUTING;
    then(
        source.read(behind, candidates),
        readouts ->
            answerInTurn(
                DecodeResponse.newBuilder()
                    .setStep(step + behind)
                    .setRewards(guiding.further(readouts))));
  }

  private void foresee(ForeseeTokens foresee) {
    requireTurn("foresee");
    if (foreseeing != null) {
      throw RefusedException.outOfOrder("foresee", "accept, as tokens are foreseen already");
    }
    int kept = decoding.requests().drafted("foresee.drafted", foresee.getDrafted(), drafted);
    int[] tokens = decoding.requests().foreseen(foresee, open, step + kept);
    step += kept;
    drafted = 0;
    foreseeing = source.foresee(kept, tokens, open.k());
    idle.start();
  }

  private void accept(AcceptToken accept) {
    requireTurn("accept");
    ValidAccept valid = decoding.requests().accept(accept, open, step, drafted);
    step += valid.tokens();
    if (!rewards.isEmpty()) {
      rewards = List.of(rewards.get(valid.drafted()));
    }
    int[] accepted = {valid.tokenId()};
    if (foreseeing == null) {
      advance(valid.drafted(), accepted, valid.draft(), valid.within());
      return;
    }
    state = State.COMPUTING;
    CompletableFuture<AdvanceResult> foreseen = foreseeing;
    foreseeing = null;
    then(foreseen, ahead -> advance(0, accepted, valid.draft(), valid.within()));
  }

  private void advance(int kept, int[] accepted, int[] draft, double within) {
    state = State.COMPUTING;
    Optional<Guidance> guidance =
        readsCandidates() && goesOn()
            ? Optional.of(rewards.get(0).within(within))
            : Optional.empty();
    then(source.next(new Continuation(kept, accepted, draft, open.k(), guidance)), this::computed);
  }

  private boolean readsCandidates() {
    return !rewards.isEmpty() && rewards.get(0).readsCandidates();
  }

  /** Whether the response may have another token. */
  private boolean goesOn() {
    return step < open.maxTokens();
  }

  private void computed(AdvanceResult computed) {
    DecodeResponse.Builder answer =
        decoding.answers().of(computed.next().orElseThrow(), step, open.logits());
    answer.setCachedPromptTokens(Math.min(computed.shared(), open.prompt().length - 1));
    if (!rewards.isEmpty()) {
      answer.setRewards(rewards.get(0).of(computed, goesOn()));
    }
    drafted = 0;
    for (AdvanceResult.Drafted behind : computed.drafted()) {
      answer.addDraftedSteps(drafted(behind, drafted));
      drafted++;
    }
    answerInTurn(answer);
  }

  /**
   * @param before number of the draft's tokens before that of the step
   */
  private DecodeResponse.Builder drafted(AdvanceResult.Drafted behind, int before) {
    DecodeResponse.Builder answer =
        decoding.answers().of(behind.next(), step + before + 1, open.logits());
    if (!rewards.isEmpty()) {
      SequenceRewards guiding = rewards.get(before).copy();
      answer.setRewards(guiding.of(behind));
      List<SequenceRewards> all = new ArrayList<>(rewards);
      all.add(guiding);
      rewards = all;
    }
    return answer;
  }

  private void answerInTurn(DecodeResponse.Builder answer) {
    state = State.OPEN;
    idle.start();
    answer(answer);
  }

  private void answer(DecodeResponse.Builder answer) {
    if (!promptTold) {
      promptTold = true;
      for (int id : open.prompt()) {
        answer.addPromptTokenIds(id);
      }
    }
    unsent.add(answer.build());
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
    boolean idle = state == State.NEW || state == State.OPEN;
    if (halfClosed && idle && unsent.isEmpty()) {
      end(null);
    }
  }

  /** Continues with a result on the event loop, unless the stream is over by then. */
  private <T> void then(CompletableFuture<T> result, Consumer<T> next) {
    handBack(
        result,
        (value, failure) -> {
          if (state == State.ENDED) {
            return;
          }
          if (failure != null) {
            end(failure);
            return;
          }
          try {
            next.accept(value);
          } catch (RuntimeException | Error e) {
            end(e);
          }
        });
  }

  private <T> void handBack(CompletableFuture<T> result, BiConsumer<T, Throwable> next) {
    CompletableFuture<T> unused =
        result.whenComplete(
            (value, failure) -> eventLoop.execute(() -> next.accept(value, failure)));
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
    if (parsing != null) {
      parsing.cancel(false);
    }
    if (opening != null) {
      opening.cancel(false);
    }
    if (source != null) {
      source.close();
    }
  }

  private static int[] concatenate(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
