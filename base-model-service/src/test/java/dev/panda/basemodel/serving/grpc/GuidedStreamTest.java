package dev.panda.basemodel.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.basemodel.v1.AcceptToken;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.Guidance;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.api.basemodel.v1.ReadCandidates;
import dev.panda.api.basemodel.v1.StepRewards;
import dev.panda.api.reward.v1.RewardUnit;
import io.grpc.Status;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stream says of rewards. */
class GuidedStreamTest extends DecodeStreamCase {

  private static OpenSequence.Builder guided(String... preferences) {
    Guidance.Builder guidance = Guidance.newBuilder().setUnit(RewardUnit.REWARD_UNIT_RAW);
    for (String preference : preferences) {
      guidance.addPreferences(preference);
    }
    return openSequence("ab").setGuidance(guidance);
  }

  private static DecodeRequest first(OpenSequence.Builder open) {
    return DecodeRequest.newBuilder().setOpen(open).build();
  }

  private static DecodeRequest within(int id, double within) {
    return DecodeRequest.newBuilder()
        .setAccept(AcceptToken.newBuilder().setTokenId(id).setWithin(within))
        .build();
  }

  private StepRewards told(int answer) {
    return client.answers().get(answer).getRewards();
  }

  @Test
  void candidatesComeWithTheirRewards() {
    stream.onNext(first(guided("mean")));
    source.answer(new float[][] {{9, 9}, {9, 9}, {9, 9}}, new float[][] {{2, 0}, {4, 0}}, 3, 0);

    assertThat(reservedCandidates).isEqualTo(2);
    assertThat(source.guidance.get(0)).map(g -> g.within()).contains(Double.POSITIVE_INFINITY);
    assertThat(told(0).getCandidatesList()).containsExactly(2.0, 4.0);
    assertThat(told(0).getRunningSumsList()).containsExactly(0.0);
    assertThat(told(0).getResponseList()).containsExactly(0.0);

    stream.onNext(within(0, 0.25));
    source.answer(new float[][] {{4, 0}}, new float[][] {{1, 0}}, 5, 6);

    assertThat(source.guidance.get(1)).map(g -> g.within()).contains(0.25);
    assertThat(told(1).getCandidatesList()).containsExactly(2.5);
    assertThat(told(1).getRunningSumsList()).containsExactly(4.0);
    assertThat(told(1).getResponseList()).containsExactly(4.0);
  }

  private static DecodeRequest read(int candidates) {
    return DecodeRequest.newBuilder()
        .setRead(ReadCandidates.newBuilder().setCandidates(candidates))
        .build();
  }

  private static OpenSequence.Builder stepwise() {
    OpenSequence.Builder open = guided("mean");
    open.getGuidanceBuilder().setStepwise(true);
    return open;
  }

  @Test
  void lessLikelyCandidatesAreReadWhenTheyAreAskedFor() {
    stream.onNext(first(stepwise()));
    source.answer(new float[][] {{}, {}, {0, 0}}, new float[][] {{2, 0}}, 5, 7);
    assertThat(source.guidance.get(0)).map(g -> g.atOnce()).contains(1);
    assertThat(told(0).getCandidatesList()).containsExactly(2.0);

    stream.onNext(read(2));
    source.reading.complete(new float[][] {{6, 0}});

    assertThat(source.read).isEqualTo(2);
    assertThat(told(1).getCandidatesList()).containsExactly(6.0);
    assertThat(client.answers().get(1).getCandidateIdsList()).isEmpty();
    stream.onNext(accept(7));
    assertThat(source.accepted.get(1)).containsExactly(7);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1, 3})
  void refusesToReadOtherThanFurtherCandidates(int candidates) {
    stream.onNext(first(stepwise()));
    source.answer(new float[][] {{}, {}, {0, 0}}, new float[][] {{2, 0}}, 5, 7);
    stream.onNext(read(candidates));

    assertThat(client.failures().get(0))
        .hasMessageContaining(
            "read.candidates: " + candidates + " (expected: 2 to 2, further candidates)");
  }

  @Test
  void refusesToReadWithoutGuidance() {
    stream.onNext(open("ab"));
    source.answer(3, 0);
    stream.onNext(read(2));

    assertThat(client.failures().get(0))
        .hasMessageContaining("kind: read (expected: accept, as the sequence has no guidance)");
  }

  @Test
  void theResponseSoFarCountsWhenItResumes() {
    stream.onNext(first(guided("mean").addAcceptedTokenIds(7).addAcceptedTokenIds(8)));
    source.answer(
        new float[][] {{9, 9}, {9, 9}, {9, 9}, {1, 0}, {2, 0}}, new float[][] {{6, 0}}, 3, 0);

    assertThat(told(0).getCandidatesList()).containsExactly(3.0);
    assertThat(told(0).getRunningSumsList()).containsExactly(3.0);
    assertThat(told(0).getResponseList()).containsExactly(1.5);
  }

  /** A token head gives z and ten times what it reads from the token before the candidates. */
  @Test
  void estimatesNeedNoReadingOfCandidates() {
    stream.onNext(first(guided("estimate")));
    source.answer(new float[][] {{0, 0, 0}, {0, 0, 0}, {0, 0, 3}}, new float[0][], 5, 7);

    assertThat(reservedCandidates).isZero();
    assertThat(source.guidance.get(0)).isEmpty();
    assertThat(told(0).getCandidatesList()).containsExactly(35.0, 37.0);
  }

  @Test
  void severalPreferencesHaveColumnsInTheOrderOfTheRequest() {
    stream.onNext(first(guided("estimate", "mean")));
    source.answer(new float[][] {{}, {}, {0, 0, 1}}, new float[][] {{2, 0, 0}, {4, 0, 0}}, 5, 7);

    assertThat(told(0).getCandidatesList()).containsExactly(15.0, 2.0, 17.0, 4.0);
  }

  @Test
  void nothingMayFollowTheLastToken() {
    stream.onNext(first(guided("mean").setMaxTokens(1)));
    source.answer(new float[][] {{}, {}, {0, 0}}, new float[][] {{2, 0}, {4, 0}}, 5, 7);
    stream.onNext(accept(5));
    source.answer(new float[][] {{2, 0}}, new float[0][], 8, 9);

    assertThat(source.guidance.get(1)).isEqualTo(Optional.empty());
    assertThat(told(1).getCandidatesList()).isEmpty();
    assertThat(told(1).getResponseList()).containsExactly(2.0);
  }

  @Test
  void anUnguidedStreamTellsNoRewards() {
    stream.onNext(open("ab"));
    source.answer(3, 0);

    assertThat(reservedCandidates).isZero();
    assertThat(client.answers().get(0).hasRewards()).isFalse();
  }

  @Test
  void aRewardThatIsNotFiniteEndsTheStream() {
    stream.onNext(first(guided("mean")));
    source.answer(
        new float[][] {{}, {}, {0, 0}}, new float[][] {{Float.POSITIVE_INFINITY, 0}}, 5, 7);

    assertThat(code()).isEqualTo(Status.Code.INTERNAL);
    assertThat(client.failures().get(0)).hasMessageContaining("preference mean, step 0: reward");
    assertThat(source.closed).isTrue();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN})
  void refusesALimitThatIsNone(double limit) {
    stream.onNext(first(guided("mean")));
    source.answer(new float[][] {{}, {}, {0, 0}}, new float[][] {{1, 0}}, 5, 7);
    stream.onNext(within(5, limit));

    assertThat(code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(client.failures().get(0))
        .hasMessageContaining("accept.within: " + limit + " (expected: at least 0)");
  }

  @Test
  void refusesAPreferenceThatItDoesNotHold() {
    stream.onNext(first(guided("mean", "other")));

    assertThat(code()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(client.failures().get(0))
        .hasMessageContaining(
            "open.guidance.preferences[1]: other (expected: one of [mean, estimate])");
  }

  @Test
  void refusesMorePreferencesThanItTakes() {
    stream.onNext(first(guided("mean", "estimate", "mean")));

    assertThat(client.failures().get(0))
        .hasMessageContaining("open.guidance.preferences: 3 (expected: 1 to 2)");
  }

  @Test
  void refusesARewardWithoutUnit() {
    stream.onNext(
        first(openSequence("ab").setGuidance(Guidance.newBuilder().addPreferences("mean"))));

    assertThat(client.failures().get(0))
        .hasMessageContaining("open.guidance.unit: REWARD_UNIT_UNSPECIFIED");
  }
}
