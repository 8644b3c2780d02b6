package dev.panda.orchestrator.serving.decoding;

import dev.panda.orchestrator.serving.decoding.lambda.Constant;
import dev.panda.orchestrator.serving.decoding.lambda.LambdaFunction;
import dev.panda.orchestrator.serving.decoding.lambda.TiltedDistribution;
import java.util.List;

/**
 * PANDA stochastic: draws y_t from π*(z) ∝ exp(log π_b(z) + λ(x, t)·r(z)) over Z (paper, Lemma 1,
 * Eq. 3, with the one-step reward in the place of the expected one). It is defined for one λ and
 * for base scores that are log-probabilities up to a constant.
 */
public final class SoftmaxPolicy implements Policy {
  private final BaseScore baseScore;
  private final LambdaSet lambdas;
  private final Draw draw;

  /**
   * @param baseScore not {@link BaseScore#PROBABILITY}
   * @param lambdas Λ, exactly one function
   */
  public SoftmaxPolicy(BaseScore baseScore, List<LambdaFunction> lambdas, long seed) {
    if (baseScore == BaseScore.PROBABILITY) {
      throw new IllegalArgumentException(
          "base_score: PROBABILITY (expected: LOG_PROBABILITY or LOGIT, since the stochastic policy"
              + " is a softmax of scores)");
    }
    if (lambdas.size() != 1) {
      throw new IllegalArgumentException(
          "lambdas: "
              + lambdas.size()
              + " functions (expected: 1, since the stochastic policy is defined for one)");
    }
    this.baseScore = baseScore;
    this.lambdas = new LambdaSet(lambdas);
    this.draw = new Draw(seed);
  }

  /** ARGS-stochastic: draws from softmax(logit + w·r), with raw rewards. */
  public static SoftmaxPolicy args(double weight, long seed) {
    return new SoftmaxPolicy(BaseScore.LOGIT, List.of(new Constant(weight)), seed);
  }

  @Override
  public boolean usesRewards() {
    return true;
  }

  @Override
  public PolicyState state() {
    return draw.state();
  }

  @Override
  public void resume(PolicyState state) {
    draw.resume(state);
  }

  @Override
  public Choice choose(Step step, Rewards rewards) {
    Candidates candidates = step.candidates();
    if (!rewards.coverAll(candidates)) {
      throw new IllegalArgumentException(
          "rewards: "
              + rewards.values().length
              + " (expected: one for each of "
              + candidates.size()
              + " candidates)");
    }
    double[] base = baseScore.of(candidates);
    double[] r = rewards.values();
    double lambda = lambdas.values(step, r)[0];
    double[] scores = new double[r.length];
    for (int i = 0; i < r.length; i++) {
      scores[i] = Scores.of(step, base[i], lambda, r[i]);
    }
    double[] q = TiltedDistribution.of(base, r, lambda).probabilities();
    int drawn = draw.next(candidates.likeliestFirst(), q);
    return Choice.scored(step, rewards, drawn, 0, lambda, scores[drawn]);
  }
}
