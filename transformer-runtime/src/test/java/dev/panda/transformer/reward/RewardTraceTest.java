package dev.panda.transformer.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RewardTraceTest {

  @Test
  void lastIsTheTermOfTheLastToken() {
    RewardTrace trace = new RewardTrace(Models.model(Pooling.LAST, Optional.empty(), 0.5f));
    trace.accept(1);
    trace.accept(4);

    assertThat(trace.raw()).isEqualTo(4.5);
    assertThat(trace.raw(-2)).isEqualTo(-1.5);
  }

  @Test
  void incrementIsACandidatesTermAndAResponsesMean() {
    RewardTrace trace = new RewardTrace(Models.model(Pooling.INCREMENT, Optional.empty(), 0.5f));
    trace.accept(1);
    trace.accept(4);

    assertThat(trace.raw()).isEqualTo(3);
    assertThat(trace.raw(-2)).isEqualTo(-1.5);
  }

  @Test
  void meanCoversAllTermsIncludingTheCandidates() {
    RewardTrace trace = new RewardTrace(Models.model(Pooling.MEAN, Optional.empty(), 0.5f));
    trace.accept(1);
    trace.accept(4);

    assertThat(trace.raw()).isEqualTo(3);
    assertThat(trace.raw(-2)).isEqualTo((1.5 + 4.5 - 1.5) / 3);
    assertThat(trace.runningSum()).isEqualTo(6);
    assertThat(trace.length()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyResponseIsWorthNothingWhenNormalised(Pooling pooling) {
    RewardTrace trace = new RewardTrace(Models.model(pooling, Optional.empty(), 7));

    assertThat(trace.in(ScoreUnit.NORMALISED, trace.raw())).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void clippedTermsKeepCandidatesWithinTheIntervalOverTheLength(long seed) {
    Random random = new Random(seed);
    Clip clip = new Clip(-1, 2);
    RewardTrace trace = new RewardTrace(Models.model(Pooling.MEAN, Optional.of(clip), 0));
    for (int n = 1; n < 50; n++) {
      double some = trace.raw((float) (10 * random.nextGaussian()));
      double other = trace.raw((float) (10 * random.nextGaussian()));
      assertThat(Math.abs(some - other)).isLessThanOrEqualTo(3.0 / n + 1e-12);
      trace.accept((float) (10 * random.nextGaussian()));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void incrementDiffersBetweenCandidatesAsMeanTimesTheLength(long seed) {
    Random random = new Random(seed);
    RewardTrace mean = new RewardTrace(Models.model(Pooling.MEAN, Optional.empty(), 0.3f));
    RewardTrace increment =
        new RewardTrace(Models.model(Pooling.INCREMENT, Optional.empty(), 0.3f));
    for (int n = 1; n < 30; n++) {
      float a = (float) random.nextGaussian();
      float b = (float) random.nextGaussian();
      assertThat(increment.raw(a) - increment.raw(b))
          .isCloseTo(n * (mean.raw(a) - mean.raw(b)), within(1e-9));
      mean.accept(a);
      increment.accept(a);
    }
  }

  @Test
  void refusesATermThatIsNotFiniteAndNamesPreferenceAndStep() {
    RewardTrace trace =
        new RewardTrace(Models.model(Pooling.MEAN, Optional.of(new Clip(-1, 1)), 0));
    trace.accept(0);

    assertThatThrownBy(() -> trace.raw(Float.NaN))
        .isInstanceOf(RewardException.class)
        .hasMessage("preference clarity, step 1: reward: NaN (expected: finite)");
    assertThatThrownBy(() -> trace.accept(Float.POSITIVE_INFINITY))
        .isInstanceOf(RewardException.class)
        .hasMessageContaining("Infinity");
  }

  @Test
  void rewardsOfCandidatesAreInTheOrderAskedFor() {
    RewardModel mean = Models.model(Pooling.MEAN, Optional.empty(), 0);
    RewardModel last = Models.model(Pooling.LAST, Optional.empty(), 0);
    ResponseRewards rewards =
        new ResponseRewards(List.of(mean, last), new int[] {1, 0}, ScoreUnit.NORMALISED);
    rewards.accept(new float[] {3, 30});

    assertThat(rewards.score(new int[] {7, 8}, new float[][] {{5, 50}, {1, 10}}))
        .containsExactly(24.5, 1.5, 4.5, 0.5);
    assertThat(rewards.whole()).containsExactly(14.5, 1);
    assertThat(rewards.runningSums()).containsExactly(0, 3);
  }
}
