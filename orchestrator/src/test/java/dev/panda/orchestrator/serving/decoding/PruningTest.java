package dev.panda.orchestrator.serving.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.orchestrator.serving.decoding.lambda.Constant;
import dev.panda.orchestrator.serving.decoding.lambda.KlBudget;
import java.util.List;
import org.junit.jupiter.api.Test;

class PruningTest {
  private static final double[] BASE = {-1, -2, -3, -4};

  @Test
  void keepsWhatTheSpreadOfRewardsCanLift() {
    assertThat(Pruning.survivors(BASE, new double[] {1}, new Interval(5, 6.5)))
        .containsExactly(0, 1);
  }

  @Test
  void keepsTies() {
    assertThat(Pruning.survivors(BASE, new double[] {1}, new Interval(5, 6))).containsExactly(0, 1);
  }

  @Test
  void negativeLambdaSwapsTheEnds() {
    assertThat(Pruning.survivors(BASE, new double[] {-2}, new Interval(0, 1)))
        .containsExactly(0, 1, 2);
  }

  @Test
  void theLeaderMayHaveNoRewardToPullItWhereTheIntervalHoldsZero() {
    double[] eitherSign = {-1, 1};

    assertThat(Pruning.survivors(BASE, eitherSign, new Interval(-2, 2))).containsExactly(0, 1, 2);
    assertThat(Pruning.survivors(BASE, eitherSign, new Interval(1.5, 2))).containsExactly(0);
  }

  @Test
  void leavesOneWhereNothingPulls() {
    assertThat(Pruning.survivors(BASE, new double[] {0}, new Interval(-9, 9))).containsExactly(0);
  }

  @Test
  void keepsAllWhereRewardsAreNotBounded() {
    assertThat(Pruning.survivors(BASE, new double[] {1}, Interval.UNBOUNDED)).hasSize(4);
    assertThat(Pruning.survivors(BASE, new double[] {0}, Interval.UNBOUNDED)).hasSize(4);
    assertThat(Pruning.survivors(BASE, new double[] {1e300}, new Interval(-1e300, 1e300)))
        .hasSize(4);
  }

  @Test
  void keepsAllWhereAChoiceNeedsAllRewards() {
    Step step = new Step(0, 8, new Candidates(new int[] {4, 3, 2, 1}, BASE, BASE, 1, 10));
    Interval bounds = new Interval(0, 0.1);
    Policy budget =
        new ArgmaxPolicy(BaseScore.LOG_PROBABILITY, List.of(new Constant(0), new KlBudget(0.1, 1)));

    assertThat(ArgmaxPolicy.args(1).survivors(step, bounds)).containsExactly(0);
    assertThat(budget.survivors(step, bounds)).hasSize(4);
    assertThat(SoftmaxPolicy.args(1, 7).survivors(step, bounds)).hasSize(4);
  }
}
