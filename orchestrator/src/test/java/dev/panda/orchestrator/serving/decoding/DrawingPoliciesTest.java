package dev.panda.orchestrator.serving.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.panda.orchestrator.serving.decoding.lambda.Constant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrawingPoliciesTest {
  private static final int DRAWS = 20_000;
  // Probabilities 0.4, 0.2 and 0.2 of the vocabulary: 0.5, 0.25 and 0.25 of Z.
  private static final double[] LOG_PROBABILITIES = {Math.log(0.2), Math.log(0.4), Math.log(0.2)};
  private static final Step STEP =
      new Step(
          0, 8, new Candidates(new int[] {9, 8, 7}, LOG_PROBABILITIES, LOG_PROBABILITIES, 1, 50));

  @Test
  void samplingFollowsTheBaseModel() {
    assertShares(new SamplingPolicy(1, 1, 1), Rewards.NONE, 0.25, 0.5, 0.25);
  }

  @Test
  void temperatureSharpens() {
    assertShares(new SamplingPolicy(0.5, 1, 2), Rewards.NONE, 1 / 6.0, 4 / 6.0, 1 / 6.0);
  }

  @Test
  void topPCutsTheTailWithTiesToTheSmallerId() {
    assertShares(new SamplingPolicy(1, 0.5, 3), Rewards.NONE, 0, 1, 0);
    assertShares(new SamplingPolicy(1, 0.6, 3), Rewards.NONE, 0, 2 / 3.0, 1 / 3.0);
  }

  @Test
  void softmaxFollowsTheTiltedDistribution() {
    Rewards rewards = Rewards.ofAll(Math.log(2), 0, 0);

    assertShares(SoftmaxPolicy.args(1, 4), rewards, 0.4, 0.4, 0.2);
    assertShares(SoftmaxPolicy.args(-1, 5), rewards, 1 / 7.0, 4 / 7.0, 2 / 7.0);
  }

  @Test
  void reportsTheChoiceLikeTheArgmax() {
    Choice choice = SoftmaxPolicy.args(2, 6).choose(STEP, Rewards.ofAll(1, 1, 1));

    assertThat(choice.lambda()).hasValue(2);
    assertThat(choice.reward()).hasValue(1);
    assertThat(choice.score()).hasValue(LOG_PROBABILITIES[choice.candidate()] + 2);
    assertThat(choice.kl().orElseThrow()).isCloseTo(0, within(1e-12));
  }

  @Test
  void equalSeedsDrawEqualTokens() {
    Policy one = new SamplingPolicy(1, 1, 42);
    Policy other = new SamplingPolicy(1, 1, 42);
    for (int i = 0; i < 100; i++) {
      assertThat(one.choose(STEP, Rewards.NONE)).isEqualTo(other.choose(STEP, Rewards.NONE));
    }
  }

  @Test
  void stochasticPandaNeedsOneLambdaAndALogarithm() {
    Constant constant = new Constant(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SoftmaxPolicy(BaseScore.LOGIT, List.of(constant, constant), 1))
        .withMessageStartingWith("lambdas: 2 functions (expected: 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SoftmaxPolicy(BaseScore.PROBABILITY, List.of(constant), 1))
        .withMessageStartingWith("base_score: PROBABILITY (expected: LOG_PROBABILITY or LOGIT");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SoftmaxPolicy.args(1, 1).choose(STEP, Rewards.NONE))
        .withMessage("rewards: 0 (expected: one for each of 3 candidates)");
  }

  @Test
  void refusesTemperatureAndTopPOutOfBounds() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SamplingPolicy(0, 1, 1))
        .withMessage("temperature: 0.0 (expected: a finite number > 0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SamplingPolicy(1, Double.NaN, 1))
        .withMessage("top_p: NaN (expected: in (0, 1])");
  }

  private static void assertShares(Policy policy, Rewards rewards, double... shares) {
    int[] counts = new int[shares.length];
    for (int i = 0; i < DRAWS; i++) {
      counts[policy.choose(STEP, rewards).candidate()]++;
    }
    for (int z = 0; z < shares.length; z++) {
      assertThat((double) counts[z] / DRAWS).isCloseTo(shares[z], within(0.02));
    }
  }
}
