package dev.panda.basemodel.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is said in a stream. */
class DecodeStreamTest extends DecodeStreamCase {
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

    assertRefused("kind: unset (expected: one of open, accept, read and foresee)");
  }

  @Test
  void refusesTokenOutsideTheVocabulary() {
    stream.onNext(open("a"));
    source.answer(3);
    stream.onNext(accept(29));

    assertRefused("accept.token_id: 29 (expected: 0 to 28)");
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

  private void assertRefused(String message) {
    assertThat(client.ends()).isOne();
    Status status = Status.fromThrowable(client.failures().get(0));
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).isEqualTo(message);
  }
}
