package dev.panda.orchestrator.serving.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.panda.orchestrator.serving.decoding.lambda.Constant;
import dev.panda.orchestrator.serving.decoding.lambda.KlBudget;
import dev.panda.orchestrator.serving.decoding.lambda.LambdaFunction;
import dev.panda.orchestrator.serving.decoding.lambda.Linear;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArgmaxPolicyTest {
  private static final Step STEP =
      new Step(
          5,
          8,
          new Candidates(
              new int[] {30, 20, 10}, new double[] {-1, -1, -2}, new double[] {7, 7, 6}, 1, 50));

  @Test
  void choosesTheBestPair() {
    Choice choice = panda(new Constant(1), new Constant(2)).choose(STEP, Rewards.ofAll(0, 1, 2));

    assertThat(choice.candidate()).isEqualTo(2);
    assertThat(choice.lambdaIndex()).hasValue(1);
    assertThat(choice.lambda()).hasValue(2);
    assertThat(choice.reward()).hasValue(2);
    assertThat(choice.score()).hasValue(2);
    assertThat(choice.kl().orElseThrow()).isPositive();
  }

  @Test
  void takesTheSmallestLambdaWhereTheWinningRewardIsNegative() {
    Choice choice = panda(new Constant(1), new Constant(2)).choose(STEP, Rewards.ofAll(-3, -2, -3));

    assertThat(choice.candidate()).isEqualTo(1);
    assertThat(choice.lambda()).hasValue(1);
  }

  @Test
  void tiesGoToTheSmallerIdThenToTheEarlierLambda() {
    Choice choice = panda(new Constant(1), new Constant(1)).choose(STEP, Rewards.ofAll(0, 0, 1));

    assertThat(choice.candidate()).isEqualTo(2);
    assertThat(choice.lambdaIndex()).hasValue(0);
    assertThat(new GreedyPolicy().choose(STEP, Rewards.NONE).candidate()).isEqualTo(1);
  }

  @Test
  void choosesAmongSurvivorsWithoutKl() {
    Rewards rewards = new Rewards(new int[] {0, 2}, new double[] {0.5, 1});

    Choice choice = panda(new Constant(1)).choose(STEP, rewards);

    assertThat(choice.candidate()).isZero();
    assertThat(choice.kl()).isEmpty();
  }

  @Test
  void baseScoresDiffer() {
    Rewards rewards = Rewards.ofAll(0, 0, 0.5);
    List<LambdaFunction> lambdas = List.of(new Constant(1));

    assertThat(panda(new Constant(1)).choose(STEP, rewards).score()).hasValue(-1);
    assertThat(ArgmaxPolicy.args(1).choose(STEP, rewards).score()).hasValue(7);
    Choice literal = new ArgmaxPolicy(BaseScore.PROBABILITY, lambdas).choose(STEP, rewards);
    assertThat(literal.candidate()).isEqualTo(2);
    assertThat(literal.score().orElseThrow()).isCloseTo(Math.exp(-2) + 0.5, within(1e-12));
  }

  @Test
  void refusesScoresThatOverflow() {
    assertThatExceptionOfType(DecodingException.class)
        .isThrownBy(() -> panda(new Constant(1e308)).choose(STEP, Rewards.ofAll(0, 10, 0)))
        .withMessage("step 5: score: -1.0 + 1.0E308 * 10.0 (expected: a finite number)")
        .returns(DecodingException.Reason.SCORE_NOT_FINITE, DecodingException::reason);
    assertThatExceptionOfType(DecodingException.class)
        .isThrownBy(() -> panda(new Linear(1e308, 1e308)).choose(STEP, Rewards.ofAll(0, 0, 0)))
        .withMessage("step 5, lambdas[0]: value: Infinity (expected: a finite number)");
  }

  @Test
  void refusesWhatItCannotChooseFrom() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> panda())
        .withMessage("lambdas: none (expected: at least one function)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> panda(new Constant(1)).choose(STEP, Rewards.NONE))
        .withMessage("rewards: none (expected: those of the survivors)");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                panda(new KlBudget(1, 1))
                    .choose(STEP, new Rewards(new int[] {1}, new double[] {0})))
        .withMessageStartingWith("rewards: 1 (expected: one for each of 3 candidates");
    Step withoutLogits =
        new Step(0, 8, new Candidates(new int[] {1}, new double[] {-1}, new double[0], 1, 50));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArgmaxPolicy.args(1).choose(withoutLogits, Rewards.ofAll(0)))
        .withMessage("logits: none (expected: one for each candidate)");
  }

  private static ArgmaxPolicy panda(LambdaFunction... lambdas) {
    return new ArgmaxPolicy(BaseScore.LOG_PROBABILITY, List.of(lambdas));
  }
}
