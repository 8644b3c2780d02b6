package dev.panda.basemodel.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.Prompt;
import dev.panda.api.basemodel.v1.TokenIds;
import dev.panda.transformer.engine.AdvanceResult;
import dev.panda.transformer.engine.CapacityException;
import dev.panda.transformer.engine.Continuation;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How a stream ends, and what it frees. */
class DecodeStreamEndTest extends DecodeStreamCase {
  @Test
  void tokenisesNothingOnceTheClientIsGone() {
    Deque<Runnable> waiting = new ArrayDeque<>();
    threads = waiting::add;
    stream.onNext(open("ab"));
    client.cancel();
    waiting.remove().run();

    assertThat(reserved).isZero();
  }

  @Test
  void tokensWaitForNoText() {
    threads = waiting -> {};
    stream.onNext(
        DecodeRequest.newBuilder()
            .setOpen(
                openSequence("")
                    .setPrompt(Prompt.newBuilder().setTokens(TokenIds.newBuilder().addIds(3))))
            .build());
    source.answer(3);

    assertThat(client.answers()).hasSize(1);
  }

  @Test
  void endsIfAnErrorComesBetweenTheRoomAndTheModel() {
    opening =
        CompletableFuture.completedFuture(
            new CandidateSource() {
              @Override
              public CompletableFuture<AdvanceResult> next(Continuation to) {
                throw new OutOfMemoryError("a failure that a test makes");
              }

              @Override
              public CompletableFuture<float[][]> read(int drafted, int candidates) {
                throw new IllegalStateException("read: not asked for");
              }

              @Override
              public CompletableFuture<AdvanceResult> foresee(int kept, int[] tokens, int k) {
                throw new IllegalStateException("foresee: not asked for");
              }

              @Override
              public void close() {
                source.close();
              }
            });
    stream.onNext(open("a"));

    assertThat(client.ends()).isOne();
    assertThat(code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(source.closed).isTrue();
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
}
