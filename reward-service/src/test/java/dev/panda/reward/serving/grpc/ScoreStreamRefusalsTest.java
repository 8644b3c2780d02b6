package dev.panda.reward.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.reward.v1.ScoreRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ScoreStreamRefusalsTest extends ScoreStreamCase {
  @Test
  void refusesSecondScoreBeforeTheAnswerToOpen() {
    opening = new CompletableFuture<>();
    stream.onNext(open());
    stream.onNext(score(NONE, List.of(7)));
    stream.onNext(score(NONE, List.of(8)));

    assertRefused("kind: score (expected: at most one before the answer to open)");
    assertThat(opening).isCancelled();
  }

  @Test
  void refusesSecondScoreWhileThePromptIsComputed() {
    stream.onNext(open());
    stream.onNext(score(NONE, List.of(7)));
    stream.onNext(score(NONE, List.of(8)));

    assertRefused("kind: score (expected: nothing before the answer to the last message)");
    assertThat(source.closed()).isTrue();
  }

  @Test
  void refusesScoreBeforeTheAnswerToTheLast() {
    openAndAnswer();
    stream.onNext(score(NONE, List.of(7)));
    stream.onNext(score(NONE, List.of(8)));

    assertRefused("kind: score (expected: nothing before the answer to the last message)");
    source.answer();
    assertThat(client.answers()).hasSize(1);
    assertThat(client.ends()).isOne();
  }

  @Test
  void refusesScoreWhileAnAnswerIsUnread() {
    openAndAnswer();
    client.reads(false);
    stream.onNext(score(NONE, List.of(7)));
    source.answer();
    stream.onNext(score(NONE, List.of(8)));

    assertRefused("kind: score (expected: nothing before the answer to the last message)");
  }

  @Test
  void refusesScoreBeforeOpen() {
    stream.onNext(score(NONE, List.of(7)));

    assertRefused("kind: score (expected: open, as the first message)");
  }

  @Test
  void refusesSecondOpen() {
    openAndAnswer();
    stream.onNext(open());

    assertRefused("kind: open (expected: score, as the sequence is open)");
    assertThat(source.closed()).isTrue();
  }

  @Test
  void refusesMessageOfNoKind() {
    stream.onNext(ScoreRequest.getDefaultInstance());

    assertRefused("kind: unset (expected: one of open and score)");
  }

  @Test
  void refusesCandidateOutsideTheVocabulary() {
    openAndAnswer();
    stream.onNext(score(NONE, List.of(1, 100)));

    assertRefused("score.candidate_ids[1]: 100 (expected: 0 to 99)");
    assertThat(source.closed()).isTrue();
  }

  @Test
  void refusesCandidatesBehindTheLastToken() {
    openAndAnswer();
    stream.onNext(score(List.of(1, 2, 3), List.of(4)));
    source.answer();
    stream.onNext(score(List.of(4), List.of(5)));

    assertRefused(
        "score.candidate_ids: 1 candidates (expected: none after open.max_tokens, 4, accepted"
            + " tokens)");
  }
}
