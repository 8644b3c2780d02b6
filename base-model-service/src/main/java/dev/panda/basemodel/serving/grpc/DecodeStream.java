package dev.panda.basemodel.serving.grpc;

import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.transformer.decoder.NextTokens;
import dev.panda.transformer.grpc.RefusedException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One {@code Decode} stream: the sequence it holds and where its conversation stands.
 *
 * <p>Thread: everything runs on the stream's own, the event loop that gRPC calls it on; parsing
 * runs on a worker and the model on the engine's thread, and both hand their results back to it. So
 * nothing here is synchronised.
 *
 * <p>Cancel handler: {@link #release} ends the stream in any state; a sequence that is opened after
 * that is given up or closed when it comes. Every stream ends once, in {@link #end}.
 */
final class DecodeStream implements StreamObserver<DecodeRequest> {

  /** Where the conversation stands. */
  private enum State {
    /** No message yet. */
    NEW,
    /** The prompt is parsed, or room is waited for. */
    OPENING,
    /** The model computes, or the answer waits until the client reads. */
    ANSWERING,
    /** The client has the answer to its last message. */
    ANSWERED,
    /** The stream is over, and holds nothing. */
    ENDED
  }

  private final ServerCallStreamObserver<DecodeResponse> client;
  private final DecodeRequests requests;
  private final Answers answers;
  private final CandidateSource.Opener opener;
  private final StreamThreads threads;

  private State state = State.NEW;
  private boolean halfClosed;
  private ValidOpen open;
  private CompletableFuture<CandidateSource> opening;
  private CandidateSource source;
  private DecodeResponse unsent;
  private int step;

  DecodeStream(
      ServerCallStreamObserver<DecodeResponse> client,
      DecodeRequests requests,
      Answers answers,
      CandidateSource.Opener opener,
      StreamThreads threads) {
    this.client = client;
    this.requests = requests;
    this.answers = answers;
    this.opener = opener;
    this.threads = threads;
    client.setOnCancelHandler(this::release);
    client.setOnReadyHandler(this::send);
  }

  @Override
  public void onNext(DecodeRequest request) {
    if (state == State.ENDED) {
      return;
    }
    try {
      switch (request.getKindCase()) {
        case OPEN -> open(request.getOpen());
        case ACCEPT -> accept(request.getAccept().getTokenId());
        case KIND_NOT_SET ->
            throw RefusedException.field("kind", "unset", "one of open and accept");
      }
    } catch (RuntimeException e) {
      end(e);
    }
  }

  /** The client half-closes: what it has asked for is still answered. */
  @Override
  public void onCompleted() {
    halfClosed = true;
    if (state == State.NEW || state == State.ANSWERED) {
      end(null);
    }
  }

  /** Never sent by a client over gRPC, where the cancel handler tells of its end. */
  @Override
  public void onError(Throwable failure) {
    release();
  }

  private void open(OpenSequence request) {
    if (state != State.NEW) {
      throw RefusedException.outOfOrder("open", "accept, as the sequence is open");
    }
    state = State.OPENING;
    CompletableFuture<ValidOpen> parsed =
        CompletableFuture.supplyAsync(() -> requests.open(request), threads.workers());
    then(parsed, this::reserve);
  }

  private void reserve(ValidOpen valid) {
    open = valid;
    opening = opener.open(valid.sequenceTokens());
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
    step = open.accepted().length;
    advance(concatenate(open.prompt(), open.accepted()));
  }

  private void accept(int tokenId) {
    if (state == State.NEW) {
      throw RefusedException.outOfOrder("accept", "open, as the first message");
    }
    if (state != State.ANSWERED) {
      throw RefusedException.outOfOrder("accept", "nothing before the answer to the last message");
    }
    int[] accepted = {requests.accept(tokenId, step, open.maxTokens())};
    step++;
    advance(accepted);
  }

  private void advance(int[] accepted) {
    boolean first = state == State.OPENING;
    state = State.ANSWERING;
    try {
      then(source.next(accepted, open.k()), next -> answer(next, first));
    } catch (RuntimeException e) {
      end(e);
    }
  }

  private void answer(NextTokens next, boolean first) {
    DecodeResponse.Builder answer = answers.of(next, step, open.logits());
    if (first) {
      for (int id : open.prompt()) {
        answer.addPromptTokenIds(id);
      }
    }
    unsent = answer.build();
    send();
  }

  private void send() {
    if (unsent == null || !client.isReady()) {
      return;
    }
    DecodeResponse answer = unsent;
    unsent = null;
    state = State.ANSWERED;
    client.onNext(answer);
    if (halfClosed) {
      end(null);
    }
  }

  /** Goes on with a result on the stream's thread, unless the stream is over by then. */
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
          } catch (RuntimeException e) {
            end(e);
          }
        });
  }

  private <T> void handBack(CompletableFuture<T> result, BiConsumer<T, Throwable> next) {
    CompletableFuture<T> unused =
        result.whenComplete(
            (value, failure) -> threads.stream().execute(() -> next.accept(value, failure)));
  }

  private void end(Throwable failure) {
    if (state == State.ENDED) {
      return;
    }
    release();
    if (failure == null) {
      client.onCompleted();
    } else {
      client.onError(Statuses.MAPPING.of(failure));
    }
  }

  private void release() {
    state = State.ENDED;
    unsent = null;
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
