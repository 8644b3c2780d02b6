package dev.panda.reward.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.reward.v1.CandidateScores;
import dev.panda.api.reward.v1.RewardUnit;
import dev.panda.transformer.testing.TinyModels;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ScoreStreamTest extends ScoreStreamCase {
  @Test
  void answersOpenAsSoonAsTheRoomIsReserved() {
    stream.onNext(open());

    assertThat(reservedTokens).isEqualTo(2 + 4);
    assertThat(reservedCandidates).isEqualTo(3);
    assertThat(client.answers()).hasSize(1);
    assertThat(client.answers().get(0).hasOpened()).isTrue();
    assertThat(source.accepted().get(0)).containsExactly(50, 51);
    assertThat(source.candidates().get(0)).isEmpty();
  }

  @Test
  void scoreWaitsForThePrompt() {
    stream.onNext(open());
    assertThat(client.answers()).hasSize(1);
    stream.onNext(score(NONE, List.of(7)));
    assertThat(source.accepted()).hasSize(1);

    source.answer();
    source.answer();

    assertThat(scores(1).getRewardsList()).containsExactly(3.0, -7.0);
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
    CompletableFuture<ReadoutSource> waiting = new CompletableFuture<>();
    opening = waiting;
    stream.onNext(open());
    stream.onNext(score(NONE, List.of(7)));
    assertThat(client.answers()).isEmpty();

    waiting.complete(source);
    source.answer();
    assertThat(client.answers()).hasSize(1);
    source.answer();

    assertThat(client.answers()).hasSize(2);
    assertThat(client.answers().get(0).hasOpened()).isTrue();
    assertThat(scores(1).getRewardsList()).containsExactly(3.0, -7.0);
  }
}
