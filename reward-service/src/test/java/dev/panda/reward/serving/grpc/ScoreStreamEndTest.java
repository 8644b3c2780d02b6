package dev.panda.reward.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.transformer.engine.CapacityException;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ScoreStreamEndTest extends ScoreStreamCase {
  @Test
  void completesWhenTheClientHalfCloses() {
    openAndAnswer();
    stream.onCompleted();

    assertThat(client.completed()).isTrue();
    assertThat(client.ends()).isOne();
    assertThat(source.closed()).isTrue();
  }

  @Test
  void endsIfAnErrorComesBetweenTheRoomAndThePrompt() {
    client.breakWith(new OutOfMemoryError("a failure that a test makes"));
    stream.onNext(open());

    assertThat(client.ends()).isOne();
    assertThat(failure().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(source.closed()).isTrue();
  }

  @Test
  void completesStreamWithoutMessages() {
    stream.onCompleted();

    assertThat(client.completed()).isTrue();
  }

  @Test
  void answersWhatWasAskedBeforeHalfClose() {
    stream.onNext(open());
    stream.onNext(score(NONE, List.of(7)));
    stream.onCompleted();
    source.answer();
    assertThat(client.ends()).isZero();

    source.answer();

    assertThat(client.answers()).hasSize(2);
    assertThat(client.completed()).isTrue();
    assertThat(client.ends()).isOne();
    assertThat(source.closed()).isTrue();
  }

  @Test
  void freesTheSequenceWhenCancelledWhileThePromptIsComputed() {
    stream.onNext(open());
    client.cancel();

    assertThat(source.closed()).isTrue();
    source.answer();
    assertThat(client.answers()).hasSize(1);
    assertThat(client.ends()).isZero();
  }

  @Test
  void computesNoPromptForAClientThatOnlyOpens() {
    CompletableFuture<ReadoutSource> waiting = new CompletableFuture<>();
    opening = waiting;
    stream.onNext(open());
    stream.onCompleted();
    waiting.complete(source);

    assertThat(client.answers()).hasSize(1);
    assertThat(client.completed()).isTrue();
    assertThat(source.accepted()).isEmpty();
    assertThat(source.closed()).isTrue();
  }

  @Test
  void endsWhenThePromptFails() {
    stream.onNext(open());
    source.fail(new IllegalStateException("a failure that a test makes"));

    assertThat(client.answers()).hasSize(1);
    assertThat(failure().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(source.closed()).isTrue();
  }

  @Test
  void freesTheSequenceWhenCancelledWhileItScores() {
    openAndAnswer();
    stream.onNext(score(NONE, List.of(7)));
    client.cancel();

    assertThat(source.closed()).isTrue();
    source.answer();
    stream.onNext(score(NONE, List.of(8)));
    stream.onCompleted();
    assertThat(client.answers()).hasSize(1);
    assertThat(client.ends()).isZero();
  }

  @Test
  void givesUpWaitingForRoomWhenCancelled() {
    opening = new CompletableFuture<>();
    stream.onNext(open());
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
    stream.onNext(open());
    client.cancel();
    opening.complete(source);

    assertThat(source.closed()).isTrue();
    assertThat(source.accepted()).isEmpty();
  }

  @Test
  void passesOnThatThereIsNoRoom() {
    opening = CompletableFuture.failedFuture(new CapacityException("room", Duration.ofSeconds(1)));
    stream.onNext(open());

    assertThat(failure().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(client.ends()).isOne();
  }

  @Test
  void endsOnceWhenTheModelFails() {
    openAndAnswer();
    stream.onNext(score(NONE, List.of(7)));
    source.fail(new IllegalStateException("a failure that a test makes"));

    assertThat(failure().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(client.ends()).isOne();
    assertThat(source.closed()).isTrue();
  }

  @Test
  void namesPreferenceAndStepOfRewardThatIsNoNumber() {
    openAndAnswer();
    stream.onNext(score(List.of(1, 2), List.of(7, FakeReadoutSource.NOT_A_NUMBER)));
    source.answer();

    assertThat(failure().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(failure().getDescription())
        .isEqualTo("preference big, step 2: reward: NaN (expected: finite)");
    assertThat(client.ends()).isOne();
    assertThat(source.closed()).isTrue();
  }

  @Test
  void keepsAnswersInOrderUntilTheClientReads() {
    client.reads(false);
    stream.onNext(open());
    stream.onNext(score(NONE, List.of(7)));
    source.answer();
    source.answer();
    stream.onCompleted();
    assertThat(client.answers()).isEmpty();
    assertThat(client.ends()).isZero();

    client.reads(true);

    assertThat(client.answers()).hasSize(2);
    assertThat(client.answers().get(0).hasOpened()).isTrue();
    assertThat(client.answers().get(1).hasScores()).isTrue();
    assertThat(client.completed()).isTrue();
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
    stream.onNext(open());
    eventLoop.pass(Duration.ofHours(1));
    assertThat(client.ends()).as("while the prompt is computed").isZero();
    source.answer();
    eventLoop.pass(Duration.ofSeconds(59));
    stream.onNext(score(NONE, List.of(7)));
    eventLoop.pass(Duration.ofHours(1));
    assertThat(client.ends()).as("while it scores").isZero();
    source.answer();
    eventLoop.pass(Duration.ofSeconds(59));
    assertThat(client.ends()).isZero();

    eventLoop.pass(Duration.ofSeconds(1));

    assertIdle();
    assertThat(source.closed()).isTrue();
  }

  @Test
  void endsStreamWhoseClientDoesNotRead() {
    client.reads(false);
    stream.onNext(open());
    stream.onNext(score(NONE, List.of(7)));
    source.answer();
    source.answer();
    stream.onCompleted();

    eventLoop.pass(Duration.ofSeconds(60));

    assertIdle();
    assertThat(source.closed()).isTrue();
  }

  @Test
  void aStreamThatIsOverIsNotIdle() {
    openAndAnswer();
    stream.onCompleted();
    eventLoop.pass(Duration.ofHours(1));

    assertThat(client.ends()).isOne();
  }

  private void assertIdle() {
    assertThat(client.ends()).isOne();
    assertThat(failure().getCode()).isEqualTo(Status.Code.ABORTED);
    assertThat(failure().getDescription())
        .startsWith("stream: the client has sent and read nothing for 60 s (expected: ");
  }
}
