package dev.panda.basemodel.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.answer.testing.ManualEventLoop;
import dev.panda.answer.testing.RecordingClient;
import dev.panda.api.basemodel.v1.AcceptToken;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.api.basemodel.v1.Prompt;
import dev.panda.basemodel.testing.LetterTokenizer;
import dev.panda.transformer.decoder.NextTokens;
import dev.panda.transformer.engine.CapacityException;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class DecodeStreamTest {
  private final RecordingClient<DecodeResponse> client = new RecordingClient<>();
  private final FakeSource source = new FakeSource();
  private CompletableFuture<CandidateSource> opening = CompletableFuture.completedFuture(source);
  private final ManualEventLoop eventLoop = new ManualEventLoop();
  private int reserved;
  private Executor threads = Runnable::run;
  private final DecodeStream stream =
      new DecodeStream(
          client,
          new Decoding(
              new DecodeRequests(
                  new Prompts(new LetterTokenizer(), Optional.empty(), 29, false),
                  new Limits(29, 20, 100, 8, 2)),
              new Answers(new LetterTokenizer(), List.of(4)),
              new Tokenisations(task -> threads.execute(task)),
              Duration.ofSeconds(60)),
          maxTokens -> {
            reserved = maxTokens;
            return opening;
          },
          eventLoop);

  @Test
  void tokenisesNothingOnceTheClientIsGone() {
    Deque<Runnable> waiting = new ArrayDeque<>();
    threads = waiting::add;
    stream.onNext(open("ab"));
    client.cancel();
    waiting.remove().run();

    assertThat(reserved).isZero();
  }

  /** Here b ends a response, and is no special token. */
  @Test
  void anEndTokenAddsNoTextToAResponse() {
    stream.onNext(open("ab"));
    source.answer(4, 5);

    DecodeResponse answer = client.answers().get(0);
    assertThat(answer.getCandidateBytes(0).isEmpty()).isTrue();
    assertThat(answer.getCandidateBytes(1).toStringUtf8()).isEqualTo("c");
  }

  @Test
  void answersOpenWithPromptAndCandidates() {
    stream.onNext(open("ab"));
    source.answer(3, 0);

    DecodeResponse answer = client.answers().get(0);
    assertThat(reserved).isEqualTo(3 + 4);
    assertThat(source.accepted.get(0)).containsExactly(1, 3, 4);
    assertThat(answer.getStep()).isZero();
    assertThat(answer.getPromptTokenIdsList()).containsExactly(1, 3, 4);
    assertThat(answer.getCandidateIdsList()).containsExactly(3, 0);
    assertThat(answer.getCandidateBytes(0).toStringUtf8()).isEqualTo("a");
    assertThat(answer.getCandidateBytes(1).isEmpty()).isTrue();
    assertThat(answer.getLogProbabilitiesList()).containsExactly(-1f, -2f);
    assertThat(answer.getLogitsList()).isEmpty();
    assertThat(answer.getEntropy()).isEqualTo(0.5f);
  }

  @Test
  void acknowledgesTheReservationBeforeThePromptIsComputed() {
    stream.onNext(acknowledged(openSequence("ab").addAcceptedTokenIds(7)));

    assertThat(client.answers()).hasSize(1);
    assertThat(client.answers().get(0))
        .isEqualTo(
            DecodeResponse.newBuilder()
                .setStep(1)
                .addPromptTokenIds(1)
                .addPromptTokenIds(3)
                .addPromptTokenIds(4)
                .build());
    source.answer(3, 0);
    assertThat(client.answers()).hasSize(2);
    assertThat(client.answers().get(1).getStep()).isEqualTo(1);
    assertThat(client.answers().get(1).getCandidateIdsList()).containsExactly(3, 0);
    assertThat(client.answers().get(1).getPromptTokenIdsList()).isEmpty();
  }

  @Test
  void acknowledgesNothingWithoutRoom() {
    opening = new CompletableFuture<>();
    stream.onNext(acknowledged(openSequence("ab")));

    assertThat(client.answers()).isEmpty();
  }

  @Test
  void refusesAcceptBetweenAcknowledgementAndCandidates() {
    stream.onNext(acknowledged(openSequence("ab")));
    stream.onNext(accept(3));

    assertRefused("kind: accept (expected: nothing before the answer to the last message)");
    assertThat(source.closed).isTrue();
  }

  @Test
  void refusesAcceptWhileAnAnswerIsUnread() {
    client.reads(false);
    stream.onNext(acknowledged(openSequence("ab")));
    source.answer(3, 0);
    stream.onNext(accept(3));

    assertRefused("kind: accept (expected: nothing before the answer to the last message)");
  }

  @Test
  void keepsAcknowledgementAndCandidatesInOrderUntilTheClientReads() {
    client.reads(false);
    stream.onNext(acknowledged(openSequence("ab")));
    source.answer(3, 0);
    stream.onCompleted();
    assertThat(client.answers()).isEmpty();

    client.reads(true);

    assertThat(client.answers()).hasSize(2);
    assertThat(client.answers().get(0).getPromptTokenIdsCount()).isEqualTo(3);
    assertThat(client.answers().get(1).getCandidateIdsCount()).isEqualTo(2);
    assertThat(client.completed()).isTrue();
  }

  @Test
  void answersEachAcceptOnce() {
    stream.onNext(open("a"));
    source.answer(3);
    stream.onNext(accept(5));
    source.answer(4);

    assertThat(source.accepted.get(1)).containsExactly(5);
    assertThat(client.answers()).hasSize(2);
    assertThat(client.answers().get(1).getStep()).isEqualTo(1);
    assertThat(client.answers().get(1).getPromptTokenIdsList()).isEmpty();
  }

  @Test
  void resumesAfterAcceptedTokens() {
    stream.onNext(
        DecodeRequest.newBuilder()
            .setOpen(openSequence("a").addAcceptedTokenIds(7).addAcceptedTokenIds(8))
            .build());
    source.answer(3);

    assertThat(source.accepted.get(0)).containsExactly(1, 3, 7, 8);
    assertThat(client.answers().get(0).getStep()).isEqualTo(2);
  }

  @Test
  void completesWhenTheClientHalfCloses() {
    stream.onNext(open("a"));
    source.answer(3);
    stream.onCompleted();

    assertThat(client.completed()).isTrue();
    assertThat(client.ends()).isOne();
    assertThat(source.closed).isTrue();
  }

  @Test
  void answersWhatWasAskedBeforeHalfClose() {
    stream.onNext(open("a"));
    stream.onCompleted();
    assertThat(client.ends()).isZero();

    source.answer(3);

    assertThat(client.answers()).hasSize(1);
    assertThat(client.completed()).isTrue();
  }

  @Test
  void refusesAcceptBeforeOpen() {
    stream.onNext(accept(3));

    assertRefused("kind: accept (expected: open, as the first message)");
  }

  @Test
  void refusesSecondOpen() {
    stream.onNext(open("a"));
    source.answer(3);
    stream.onNext(open("a"));

    assertRefused("kind: open (expected: accept, as the sequence is open)");
    assertThat(source.closed).isTrue();
  }

  @Test
  void refusesMessageBeforeTheAnswerToTheLast() {
    stream.onNext(open("a"));
    stream.onNext(accept(3));

    assertRefused("kind: accept (expected: nothing before the answer to the last message)");
    source.answer(3);
    assertThat(client.answers()).isEmpty();
    assertThat(client.ends()).isOne();
  }

  @Test
  void refusesMessageOfNoKind() {
    stream.onNext(DecodeRequest.getDefaultInstance());

    assertRefused("kind: unset (expected: one of open and accept)");
  }

  @Test
  void refusesTokenOutsideTheVocabulary() {
    stream.onNext(open("a"));
    source.answer(3);
    stream.onNext(accept(29));

    assertRefused("accept.token_id: 29 (expected: 0 to 28)");
  }

  @Test
  void freesTheSequenceWhenCancelled() {
    stream.onNext(open("a"));
    client.cancel();

    assertThat(source.closed).isTrue();
    assertThat(client.ends()).isZero();
    source.answer(3);
    stream.onNext(accept(3));
    stream.onCompleted();
    assertThat(client.answers()).isEmpty();
    assertThat(client.ends()).isZero();
  }

  @Test
  void givesUpWaitingForRoomWhenCancelled() {
    opening = new CompletableFuture<>();
    stream.onNext(open("a"));
    client.cancel();

    assertThat(opening).isCancelled();
  }

  @Test
  void closesSequenceThatComesAfterCancellation() {
    opening =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            return false;
          }
        };
    stream.onNext(open("a"));
    client.cancel();
    opening.complete(source);

    assertThat(source.closed).isTrue();
    assertThat(source.accepted).isEmpty();
  }

  @Test
  void passesOnThatThereIsNoRoom() {
    opening = CompletableFuture.failedFuture(new CapacityException("room", Duration.ofSeconds(1)));
    stream.onNext(open("a"));

    assertThat(code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(client.ends()).isOne();
  }

  @Test
  void endsOnceWhenTheModelFails() {
    stream.onNext(open("a"));
    source.pending.completeExceptionally(new IllegalStateException("a failure that a test makes"));

    assertThat(code()).isEqualTo(Status.Code.INTERNAL);
    assertThat(client.ends()).isOne();
    assertThat(source.closed).isTrue();
  }

  @Test
  void keepsTheAnswerUntilTheClientReads() {
    client.reads(false);
    stream.onNext(open("a"));
    source.answer(3);
    assertThat(client.answers()).isEmpty();

    client.reads(true);

    assertThat(client.answers()).hasSize(1);
    client.reads(true);
    assertThat(client.answers()).hasSize(1);
  }

  @Test
  void endsStreamWithoutAFirstMessage() {
    eventLoop.pass(Duration.ofSeconds(59));
    assertThat(client.ends()).isZero();

    eventLoop.pass(Duration.ofSeconds(1));

    assertIdle();
  }

  @Test
  void endsStreamWhoseClientSendsNoNextMessage() {
    stream.onNext(open("a"));
    eventLoop.pass(Duration.ofHours(1));
    assertThat(client.ends()).as("while the model computes").isZero();
    source.answer(3);
    eventLoop.pass(Duration.ofSeconds(59));
    stream.onNext(accept(3));
    source.answer(3);
    eventLoop.pass(Duration.ofSeconds(59));
    assertThat(client.ends()).isZero();

    eventLoop.pass(Duration.ofSeconds(1));

    assertIdle();
    assertThat(source.closed).isTrue();
  }

  @Test
  void endsStreamWhoseClientDoesNotRead() {
    client.reads(false);
    stream.onNext(open("a"));
    source.answer(3);
    stream.onCompleted();

    eventLoop.pass(Duration.ofSeconds(60));

    assertIdle();
    assertThat(source.closed).isTrue();
  }

  @Test
  void aStreamThatIsOverIsNotIdle() {
    stream.onNext(open("a"));
    source.answer(3);
    stream.onCompleted();
    eventLoop.pass(Duration.ofHours(1));

    assertThat(client.ends()).isOne();
  }

  private void assertIdle() {
    assertThat(client.ends()).isOne();
    assertThat(code()).isEqualTo(Status.Code.ABORTED);
    assertThat(Status.fromThrowable(client.failures().get(0)).getDescription())
        .isEqualTo(
            "stream: the client has sent and read nothing for 60 s (expected: the next message"
                + " within that time; a new stream can resume this one)");
  }

  private void assertRefused(String message) {
    assertThat(client.ends()).isOne();
    Status status = Status.fromThrowable(client.failures().get(0));
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).isEqualTo(message);
  }

  private Status.Code code() {
    return Status.fromThrowable(client.failures().get(0)).getCode();
  }

  private static DecodeRequest open(String text) {
    return DecodeRequest.newBuilder().setOpen(openSequence(text)).build();
  }

  private static DecodeRequest acknowledged(OpenSequence.Builder open) {
    return DecodeRequest.newBuilder().setOpen(open.setAcknowledge(true)).build();
  }

  private static OpenSequence.Builder openSequence(String text) {
    return OpenSequence.newBuilder()
        .setPrompt(Prompt.newBuilder().setText(text))
        .setK(2)
        .setMaxTokens(4);
  }

  private static DecodeRequest accept(int id) {
    return DecodeRequest.newBuilder().setAccept(AcceptToken.newBuilder().setTokenId(id)).build();
  }

  /** A sequence whose steps the test finishes. */
  private static final class FakeSource implements CandidateSource {
    private final List<int[]> accepted = new ArrayList<>();
    private CompletableFuture<NextTokens> pending;
    private boolean closed;

    @Override
    public CompletableFuture<NextTokens> next(int[] tokens, int k) {
      accepted.add(tokens);
      pending = new CompletableFuture<>();
      return pending;
    }

    void answer(int... ids) {
      float[] logits = new float[ids.length];
      float[] logProbabilities = new float[ids.length];
      for (int i = 0; i < ids.length; i++) {
        logits[i] = 9 - i;
        logProbabilities[i] = -1 - i;
      }
      pending.complete(new NextTokens(ids, logits, logProbabilities, 0.5f));
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
