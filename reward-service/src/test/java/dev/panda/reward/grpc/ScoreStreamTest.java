package dev.panda.reward.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.reward.v1.CandidateScores;
import dev.panda.api.reward.v1.OpenSequence;
import dev.panda.api.reward.v1.RewardUnit;
import dev.panda.api.reward.v1.ScoreCandidates;
import dev.panda.api.reward.v1.ScoreRequest;
import dev.panda.api.reward.v1.ScoreResponse;
import dev.panda.reward.head.Calibration;
import dev.panda.reward.head.Pooling;
import dev.panda.reward.head.RewardModel;
import dev.panda.reward.testing.TinyModels;
import dev.panda.transformer.engine.CapacityException;
import dev.panda.transformer.testing.RecordingClient;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ScoreStreamTest {
  private static final List<Integer> NONE = List.of();

  private final List<RewardModel> models =
      new ArrayList<>(
          List.of(
              TinyModels.of("big", Pooling.MEAN, new Calibration(1, 2)),
              TinyModels.of("small", Pooling.INCREMENT, Calibration.NONE)));
  private final RecordingClient<ScoreResponse> client = new RecordingClient<>();
  private final FakeReadoutSource source = new FakeReadoutSource();
  private CompletableFuture<ReadoutSource> opening = CompletableFuture.completedFuture(source);
  private int reservedTokens;
  private int reservedCandidates;
  private final ScoreStream stream =
      new ScoreStream(
          client,
          new ScoreRequests(List.of("big", "small"), new Limits(100, 20, 100, 8, 2, 4)),
          models,
          (maxTokens, maxCandidates) -> {
            reservedTokens = maxTokens;
            reservedCandidates = maxCandidates;
            return opening;
          },
          Runnable::run);

  @Test
  void answersOpenWhenThePromptIsComputed() {
    stream.onNext(open());
    assertThat(client.answers()).isEmpty();

    source.answer();

    assertThat(reservedTokens).isEqualTo(2 + 4);
    assertThat(reservedCandidates).isEqualTo(3);
    assertThat(source.accepted().get(0)).containsExactly(50, 51);
    assertThat(source.candidates().get(0)).isEmpty();
    assertThat(client.answers()).hasSize(1);
    assertThat(client.answers().get(0).hasOpened()).isTrue();
  }

  @Test
  void answersEachScoreWithRewardsAndRunningSums() {
    openAndAnswer();
    stream.onNext(score(NONE, List.of(7, 3)));
    source.answer();
    stream.onNext(score(List.of(7, 4), List.of(1)));
    source.answer();

    assertThat(source.accepted().get(2)).containsExactly(7, 4);
    assertThat(source.candidates().get(2)).containsExactly(1);
    CandidateScores first = scores(1);
    assertThat(first.getRewardsList()).containsExactly((7 - 1) / 2.0, -7.0, (3 - 1) / 2.0, -3.0);
    assertThat(first.getRunningSumsList()).containsExactly(0.0, 0.0);
    assertThat(first.getAcceptedTokens()).isZero();
    CandidateScores second = scores(2);
    assertThat(second.getRewardsList()).containsExactly(((7 + 4 + 1) / 3.0 - 1) / 2, -1.0);
    assertThat(second.getRunningSumsList()).containsExactly(11.0, -11.0);
    assertThat(second.getAcceptedTokens()).isEqualTo(2);
  }

  @Test
  void aTokenHeadReadsTheTokenBeforeAndNoCandidates() {
    models.set(1, TinyModels.withTokenHead(models.get(1), 80));
    stream.onNext(open(openSequence().clearPreferences().addPreferences("small")));
    source.answer();
    stream.onNext(score(NONE, List.of(7, 3)));
    stream.onNext(score(List.of(7), List.of(1)));
    source.answer();

    assertThat(reservedCandidates).isZero();
    assertThat(source.candidates()).allMatch(candidates -> candidates.length == 0);
    assertThat(source.accepted().get(1)).containsExactly(7);
    // offset z, and 10 times the read-out of the token before, which is 51 and then 7
    assertThat(scores(1).getRewardsList()).containsExactly(7 + 510.0, 3 + 510.0);
    assertThat(scores(2).getRewardsList()).containsExactly(1 + 70.0);
    assertThat(scores(2).getRunningSumsList()).containsExactly(-7.0);
  }

  @Test
  void besideATokenHeadCandidatesAreReadForTheOthers() {
    models.set(1, TinyModels.withTokenHead(models.get(1), 80));
    openAndAnswer();
    stream.onNext(score(NONE, List.of(7, 3)));
    source.answer();

    assertThat(reservedCandidates).isEqualTo(3);
    assertThat(source.candidates().get(1)).containsExactly(7, 3);
    assertThat(scores(1).getRewardsList())
        .containsExactly((7 - 1) / 2.0, 7 + 510.0, (3 - 1) / 2.0, 3 + 510.0);
  }

  @Test
  void givesRewardsInTheOrderOfThePreferencesAskedFor() {
    stream.onNext(
        open(
            openSequence()
                .clearPreferences()
                .addPreferences("small")
                .addPreferences("big")
                .setUnit(RewardUnit.REWARD_UNIT_RAW)));
    source.answer();
    stream.onNext(score(NONE, List.of(7, 3)));
    source.answer();

    assertThat(scores(1).getRewardsList()).containsExactly(-7.0, 7.0, -3.0, 3.0);
  }

  @Test
  void resumesAfterAcceptedTokens() {
    stream.onNext(open(openSequence().addAcceptedTokenIds(7).addAcceptedTokenIds(4)));
    source.answer();
    stream.onNext(score(NONE, List.of(1)));
    source.answer();

    assertThat(source.accepted().get(0)).containsExactly(50, 51, 7, 4);
    assertThat(scores(1).getAcceptedTokens()).isEqualTo(2);
    assertThat(scores(1).getRunningSumsList()).containsExactly(11.0, -11.0);
  }

  @Test
  void acceptsTokensWithoutCandidates() {
    openAndAnswer();
    stream.onNext(score(List.of(5), NONE));
    source.answer();

    assertThat(scores(1).getRewardsList()).isEmpty();
    assertThat(scores(1).getRunningSumsList()).containsExactly(5.0, -5.0);
    assertThat(scores(1).getAcceptedTokens()).isOne();
  }

  @Test
  void answersScoreOfNothingWithoutTheModel() {
    openAndAnswer();
    stream.onNext(score(NONE, NONE));

    assertThat(source.accepted()).hasSize(1);
    assertThat(scores(1).getRewardsList()).isEmpty();
    assertThat(scores(1).getRunningSumsList()).containsExactly(0.0, 0.0);
  }

  @Test
  void scoresWhatComesRightBehindOpen() {
    stream.onNext(open());
    stream.onNext(score(NONE, List.of(7)));
    assertThat(source.accepted()).hasSize(1);

    source.answer();
    assertThat(client.answers()).hasSize(1);
    source.answer();

    assertThat(client.answers()).hasSize(2);
    assertThat(client.answers().get(0).hasOpened()).isTrue();
    assertThat(scores(1).getRewardsList()).containsExactly(3.0, -7.0);
  }

  @Test
  void refusesSecondScoreBeforeTheAnswerToOpen() {
    stream.onNext(open());
    stream.onNext(score(NONE, List.of(7)));
    stream.onNext(score(NONE, List.of(8)));

    assertRefused("kind: score (expected: at most one before the answer to open)");
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

  @Test
  void completesWhenTheClientHalfCloses() {
    openAndAnswer();
    stream.onCompleted();

    assertThat(client.completed()).isTrue();
    assertThat(client.ends()).isOne();
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
    assertThat(client.answers()).isEmpty();
    assertThat(client.ends()).isZero();
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

  private void openAndAnswer() {
    stream.onNext(open());
    source.answer();
  }

  private CandidateScores scores(int answer) {
    return client.answers().get(answer).getScores();
  }

  private void assertRefused(String message) {
    assertThat(client.ends()).isOne();
    assertThat(failure().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(failure().getDescription()).isEqualTo(message);
  }

  private Status failure() {
    return Status.fromThrowable(client.failures().get(0));
  }

  private static ScoreRequest open() {
    return open(openSequence());
  }

  private static ScoreRequest open(OpenSequence.Builder open) {
    return ScoreRequest.newBuilder().setOpen(open).build();
  }

  private static OpenSequence.Builder openSequence() {
    return OpenSequence.newBuilder()
        .addPromptTokenIds(50)
        .addPromptTokenIds(51)
        .addPreferences("big")
        .addPreferences("small")
        .setUnit(RewardUnit.REWARD_UNIT_NORMALISED)
        .setMaxTokens(4)
        .setMaxCandidates(3);
  }

  private static ScoreRequest score(List<Integer> accepted, List<Integer> candidates) {
    return ScoreRequest.newBuilder()
        .setScore(
            ScoreCandidates.newBuilder()
                .addAllAcceptedTokenIds(accepted)
                .addAllCandidateIds(candidates))
        .build();
  }
}
