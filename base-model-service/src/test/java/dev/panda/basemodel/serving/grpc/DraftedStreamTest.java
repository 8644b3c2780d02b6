package dev.panda.basemodel.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.basemodel.v1.AcceptToken;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.ForeseeTokens;
import dev.panda.api.basemodel.v1.Guidance;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.api.basemodel.v1.ReadCandidates;
import dev.panda.api.reward.v1.RewardUnit;
import dev.panda.transformer.engine.AdvanceResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Steps that are computed ahead. */
class DraftedStreamTest extends DecodeStreamCase {

  private static OpenSequence.Builder drafting() {
    return openSequence("ab").setMaxTokens(10).setMaxDraft(3);
  }

  private static OpenSequence.Builder guided() {
    return drafting()
        .setGuidance(
            Guidance.newBuilder()
                .addPreferences("mean")
                .setUnit(RewardUnit.REWARD_UNIT_RAW)
                .setStepwise(true));
  }

  private static DecodeRequest first(OpenSequence.Builder open) {
    return DecodeRequest.newBuilder().setOpen(open).build();
  }

  private static DecodeRequest accept(int drafted, int id, Integer... draft) {
    return DecodeRequest.newBuilder()
        .setAccept(
            AcceptToken.newBuilder().setDrafted(drafted).setTokenId(id).addAllDraft(List.of(draft)))
        .build();
  }

  private static AdvanceResult.Drafted drafted(float token, float candidate, int... ids) {
    return new AdvanceResult.Drafted(
        new float[] {token, 0}, FakeSource.next(ids), new float[][] {{candidate, 0}});
  }

  private DecodeResponse told(int answer) {
    return client.answers().get(answer);
  }

  @Test
  void anAnswerHasTheStepsBehindTheDraft() {
    stream.onNext(first(drafting()));
    source.answer(3, 0);
    stream.onNext(accept(0, 3, 5, 6));
    assertThat(source.continuations.get(1).draft()).containsExactly(5, 6);
    source.answer(
        new float[0][], new float[0][], List.of(drafted(0, 0, 6, 7), drafted(0, 0, 8, 9)), 5, 4);

    assertThat(told(1).getStep()).isEqualTo(1);
    assertThat(told(1).getDraftedSteps(0).getStep()).isEqualTo(2);
    assertThat(told(1).getDraftedSteps(0).getCandidateIdsList()).containsExactly(6, 7);
    assertThat(told(1).getDraftedSteps(1).getStep()).isEqualTo(3);
    assertThat(told(1).getDraftedSteps(1).getCandidateIdsList()).containsExactly(8, 9);

    stream.onNext(accept(1, 7));
    assertThat(source.continuations.get(2).kept()).isEqualTo(1);
    source.answer(1, 2);
    assertThat(told(2).getStep()).isEqualTo(3);
    assertThat(told(2).getDraftedStepsList()).isEmpty();
  }

  @Test
  void stepsBehindADraftHaveTheirRewards() {
    stream.onNext(first(guided()));
    source.answer(new float[][] {{}, {}, {0, 0}}, new float[][] {{2, 0}}, 3, 0);
    stream.onNext(accept(0, 3, 5));
    source.answer(
        new float[][] {{4, 0}}, new float[][] {{2, 0}}, List.of(drafted(6, 2, 7, 8)), 5, 4);

    assertThat(told(1).getRewards().getCandidatesList()).containsExactly(3.0);
    DecodeResponse behind = told(1).getDraftedSteps(0);
    assertThat(behind.getRewards().getRunningSumsList()).containsExactly(10.0);
    assertThat(behind.getRewards().getResponseList()).containsExactly(5.0);
    assertThat(behind.getRewards().getCandidatesList()).containsExactly(4.0);

    stream.onNext(
        DecodeRequest.newBuilder()
            .setRead(ReadCandidates.newBuilder().setDrafted(1).setCandidates(2))
            .build());
    source.reading.complete(new float[][] {{5, 0}});
    assertThat(source.readBehind).isEqualTo(1);
    assertThat(told(2).getStep()).isEqualTo(2);
    assertThat(told(2).getRewards().getCandidatesList()).containsExactly(5.0);

    stream.onNext(accept(1, 8));
    source.answer(new float[][] {{5, 0}}, new float[][] {{1, 0}}, 9, 10);
    assertThat(told(3).getRewards().getRunningSumsList()).containsExactly(15.0);
  }

  /** What was only drafted leaves nothing behind. */
  @Test
  void aDraftThatIsNotAcceptedHasNoRewards() {
    stream.onNext(first(guided()));
    source.answer(new float[][] {{}, {}, {0, 0}}, new float[][] {{2, 0}}, 3, 0);
    stream.onNext(accept(0, 3, 5));
    source.answer(
        new float[][] {{4, 0}}, new float[][] {{2, 0}}, List.of(drafted(6, 2, 7, 8)), 5, 4);
    stream.onNext(accept(0, 4));
    source.answer(new float[][] {{1, 0}}, new float[][] {{1, 0}}, 9, 10);

    assertThat(told(2).getStep()).isEqualTo(2);
    assertThat(told(2).getRewards().getRunningSumsList()).containsExactly(5.0);
  }

  @Test
  void refusesToAcceptMoreThanWasDrafted() {
    stream.onNext(first(drafting()));
    source.answer(3, 0);
    stream.onNext(accept(0, 3, 5, 6));
    source.answer(new float[0][], new float[0][], List.of(drafted(0, 0, 6, 7)), 5, 4);
    stream.onNext(accept(2, 7));

    assertThat(client.failures().get(0))
        .hasMessageContaining("accept.drafted: 2 (expected: 0 to 1)");
  }

  private static DecodeRequest foresee(Integer... ids) {
    return DecodeRequest.newBuilder()
        .setForesee(ForeseeTokens.newBuilder().addAllTokenIds(List.of(ids)))
        .build();
  }

  @Test
  void anAcceptedTokenWaitsForWhatIsForeseen() {
    stream.onNext(first(drafting().setMaxForeseen(2)));
    assertThat(reservedCandidates).isEqualTo(2);
    source.answer(3, 0);
    stream.onNext(foresee(3, 0));
    stream.onNext(accept(0, 0));
    assertThat(source.foreseen).containsExactly(3, 0);
    assertThat(source.continuations).hasSize(1);

    source.foreseeing.complete(new AdvanceResult(new float[0][], new float[0][], Optional.empty()));
    assertThat(source.continuations).hasSize(2);
    source.answer(7, 8);
    assertThat(told(1).getStep()).isEqualTo(1);
  }

  @Test
  void aFailureToForeseeEndsTheStream() {
    stream.onNext(first(drafting().setMaxForeseen(2)));
    source.answer(3, 0);
    stream.onNext(foresee(3));
    source.foreseeing.completeExceptionally(new OutOfMemoryError("a failure that a test makes"));
    stream.onNext(accept(0, 3));

    assertThat(client.failures()).hasSize(1);
    assertThat(source.closed).isTrue();
  }

  @Test
  void refusesToForeseeTwice() {
    stream.onNext(first(drafting().setMaxForeseen(2)));
    source.answer(3, 0);
    stream.onNext(foresee(3));
    stream.onNext(foresee(0));

    assertThat(client.failures().get(0)).hasMessageContaining("kind: foresee (expected: accept");
  }

  @Test
  void refusesToForeseeOtherThanWasOpened() {
    stream.onNext(first(drafting().setMaxForeseen(2)));
    source.answer(3, 0);
    stream.onNext(foresee(3, 3));

    assertThat(client.failures().get(0))
        .hasMessageContaining("foresee.token_ids: 1 different ones (expected: all different)");
  }

  @Test
  void aGuidedSequenceForeseesNothing() {
    stream.onNext(first(guided().setMaxForeseen(1)));

    assertThat(client.failures().get(0)).hasMessageContaining("open.max_foreseen: 1 (expected: 0)");
  }

  @Test
  void aCancelledStreamForeseesInVain() {
    stream.onNext(first(drafting().setMaxForeseen(2)));
    source.answer(3, 0);
    stream.onNext(foresee(3));
    stream.onNext(accept(0, 3));
    stream.onError(new IllegalStateException("gone"));
    CompletableFuture<AdvanceResult> foreseen = source.foreseeing;

    foreseen.complete(new AdvanceResult(new float[0][], new float[0][], Optional.empty()));
    assertThat(source.continuations).hasSize(1);
    assertThat(source.closed).isTrue();
  }
}
