package dev.panda.orchestrator.serving.decoding;

import dev.panda.orchestrator.serving.decoding.lambda.Constant;
import dev.panda.orchestrator.serving.decoding.lambda.LambdaFunction;
import java.util.List;

/**
 * PANDA: y_t = argmax over z ∈ Z and λ ∈ Λ of s(z, λ) = log π_b(z) + λ(x, t)·r(z) (paper, Algorithm
 * 1, line 6; the base score can be another). Ties go to the smaller token id, then to the earlier
 * λ.
 *
 * <p>If Λ has several functions, the argmax takes the largest λ if the winner's reward is positive,
 * and the smallest if it is negative.
 */
public final class ArgmaxPolicy implements Policy {
  private final BaseScore baseScore;
  private final LambdaSet lambdas;

  /**
   * @param lambdas Λ, at least one function
   */
  public ArgmaxPolicy(BaseScore baseScore, List<LambdaFunction> lambdas) {
    this.baseScore = baseScore;
    this.lambdas = new LambdaSet(lambdas);
  }

  /** ARGS-greedy: argmax of logit + w·r, with raw rewards. */
  public static ArgmaxPolicy args(double weight) {
    return new ArgmaxPolicy(BaseScore.LOGIT, List.of(new Constant(weight)));
  }

  @Override
  public boolean usesRewards() {
    return true;
  }

  @Override
  public int[] survivors(Step step, Interval bounds) {
    if (lambdas.dependsOnRewards()) {
      return Policy.super.survivors(step, bounds);
    }
    double[] values = lambdas.values(step, new double[0]);
    return Pruning.survivors(baseScore.of(step.candidates()), values, bounds);
  }

  @Override
  public int[] contenders(Step step, Interval bounds, Rewards scored) {
    int[] unscored = Policy.super.contenders(step, bounds, scored);
    if (lambdas.dependsOnRewards()) {
      return unscored;
    }
    double[] base = baseScore.of(step.candidates());
    double[] values = lambdas.values(step, new double[0]);
    double best = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < scored.values().length; i++) {
      for (double lambda : values) {
        best = Math.max(best, base[scored.candidates()[i]] + lambda * scored.values()[i]);
      }
    }
    return Pruning.contenders(unscored, base, values, bounds, best);
  }

  @Override
  public double reach(int t, int maxTokens, Interval bounds) {
    boolean known = baseScore != BaseScore.PROBABILITY && !lambdas.dependsOnCandidates();
    return known
        ? Pruning.reach(lambdas.valuesBefore(t, maxTokens), bounds)
        : Policy.super.reach(t, maxTokens, bounds);
  }

  @Override
  public Choice choose(Step step, Rewards rewards) {
    Candidates candidates = step.candidates();
    if (rewards.candidates().length == 0) {
      throw new IllegalArgumentException("rewards: none (expected: those of the survivors)");
    }
    if (lambdas.dependsOnRewards() && !rewards.coverAll(candidates)) {
      throw new IllegalArgumentException(
          "rewards: "
              + rewards.candidates().length
              + " (expected: one for each of "
              + candidates.size()
              + " candidates, since a lambda depends on them)");
    }
    double[] base = baseScore.of(candidates);
    double[] values = lambdas.values(step, rewards.values());
    int winner = -1; // among the scored
    int lambda = -1;
    double best = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < rewards.values().length; i++) {
      for (int m = 0; m < values.length; m++) {
        double score =
            Scores.of(step, base[rewards.candidates()[i]], values[m], rewards.values()[i]);
        if (score > best || (score == best && precedes(candidates, rewards, i, winner))) {
          winner = i;
          lambda = m;
          best = score;
        }
      }
    }
    return Choice.scored(step, rewards, winner, lambda, values[lambda], best);
  }

  /** Whether the i-th scored candidate precedes the j-th if their scores are equal. */
  private static boolean precedes(Candidates candidates, Rewards rewards, int i, int j) {
    return candidates.ids()[rewards.candidates()[i]] < candidates.ids()[rewards.candidates()[j]];
  }
}
