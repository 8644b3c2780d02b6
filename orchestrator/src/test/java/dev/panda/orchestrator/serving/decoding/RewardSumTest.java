package dev.panda.orchestrator.serving.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RewardSumTest {
  private static final PreferenceReward HELPFULNESS =
      new PreferenceReward(
          "helpfulness", RewardPooling.MEAN, Optional.of(new Interval(-1, 3)), 0.5, 2);
  private static final PreferenceReward HARMLESSNESS =
      new PreferenceReward(
          "harmlessness", RewardPooling.INCREMENT, Optional.of(new Interval(0, 1)), 0, 1);

  @Test
  void sumsWithWeightsOfEitherSign() {
    Rewards rewards =
        sum(RewardUnit.RAW, 2, -0.5).of(0, new int[] {1, 3}, new double[] {1, 2, 3, 4});

    assertThat(rewards.candidates()).containsExactly(1, 3);
    assertThat(rewards.values()).containsExactly(1, 4);
  }

  @Test
  void namesPreferenceAndStepOfARewardThatIsNotFinite() {
    assertThatExceptionOfType(DecodingException.class)
        .isThrownBy(
            () -> sum(RewardUnit.RAW, 1, 0).of(7, new int[] {0}, new double[] {1, Double.NaN}))
        .withMessage("preference harmlessness, step 7: reward: NaN (expected: a finite number)")
        .returns(DecodingException.Reason.REWARD_NOT_FINITE, DecodingException::reason);
  }

  @Test
  void boundsAMeanByItsRunningSumAndTheTokensNotScored() {
    Interval scored =
        sum(RewardUnit.RAW, 1, 0)
            .bounds(4, new ScoredPrefix(new int[] {4, 4}, new double[] {2, 0}));
    Interval behind =
        sum(RewardUnit.RAW, 1, 0)
            .bounds(4, new ScoredPrefix(new int[] {2, 2}, new double[] {2, 0}));

    assertInterval(scored, (2 - 1) / 5.0, (2 + 3) / 5.0);
    assertInterval(behind, (2 - 3) / 5.0, (2 + 9) / 5.0);
  }

  @Test
  void boundsAreNormalisedAndWeighted() {
    ScoredPrefix start = ScoredPrefix.empty(2);

    assertInterval(sum(RewardUnit.NORMALISED, 1, 0).bounds(0, start), -0.75, 1.25);
    assertInterval(sum(RewardUnit.NORMALISED, -2, 0).bounds(0, start), -2.5, 1.5);
    assertInterval(sum(RewardUnit.NORMALISED, -2, 3).bounds(0, start), -2.5, 4.5);
  }

  @Test
  void oneUnboundedPreferenceLeavesTheSumUnbounded() {
    PreferenceReward free =
        new PreferenceReward("free", RewardPooling.LAST, Optional.empty(), 0, 1);
    ScoredPrefix start = ScoredPrefix.empty(2);

    assertThat(sum(free, -1).bounds(0, start)).isEqualTo(Interval.UNBOUNDED);
    assertInterval(sum(free, 0).bounds(0, start), -1, 3);
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sum(RewardUnit.RAW, 1, 1).of(0, new int[] {0, 1}, new double[3]))
        .withMessage("rewards: 3 (expected: 2 candidates x 2 preferences)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sum(RewardUnit.RAW, Double.NaN, 1))
        .withMessage("preference helpfulness: weight: NaN (expected: a finite number)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PreferenceReward("p", RewardPooling.LAST, Optional.empty(), 0, 0))
        .withMessage("preference p: standard_deviation: 0.0 (expected: a finite number > 0)");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                sum(RewardUnit.RAW, 1, 1)
                    .bounds(1, new ScoredPrefix(new int[] {2, 2}, new double[2])))
        .withMessage("preference helpfulness, step 1: scored tokens: 2 (expected: at most 1)");
  }

  /** Contains the ends, and little more: the margin for rounding. */
  private static void assertInterval(Interval interval, double low, double high) {
    assertThat(interval.low()).isLessThan(low).isCloseTo(low, within(1e-4));
    assertThat(interval.high()).isGreaterThan(high).isCloseTo(high, within(1e-4));
  }

  private static RewardSum sum(RewardUnit unit, double helpfulness, double harmlessness) {
    return new RewardSum(
        List.of(
            new WeightedReward(HELPFULNESS, helpfulness),
            new WeightedReward(HARMLESSNESS, harmlessness)),
        unit);
  }

  private static RewardSum sum(PreferenceReward other, double weight) {
    return new RewardSum(
        List.of(new WeightedReward(HELPFULNESS, 1), new WeightedReward(other, weight)),
        RewardUnit.RAW);
  }
}
