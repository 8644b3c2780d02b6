package dev.panda.orchestrator.serving.decoding.lambda;

import static dev.panda.orchestrator.serving.decoding.lambda.Parameters.requireNotNegative;

/**
 * The largest λ in [0, λ_max] with KL(softmax(log π_b + λ·r) ‖ softmax(log π_b)) ≤ ε over the
 * candidates.
 *
 * <p>The KL grows with λ (its derivative is λ·Var r under the tilted distribution), so the budget
 * is met by bisection. If λ_max does not bind, the KL is in [ε − 1e-6, ε]. With equal rewards, or
 * one candidate, λ is 0. The budget bounds the tilted distribution. It does not bound the argmax,
 * which is one token.
 *
 * @param budget ε in nats, not negative
 * @param maxStrength λ_max, not negative
 */
public record KlBudget(double budget, double maxStrength) implements LambdaFunction {
  private static final double TOLERANCE = 1e-6;

  public KlBudget {
    requireNotNegative("budget", budget);
    requireNotNegative("max_strength", maxStrength);
  }

  @Override
  public boolean dependsOnRewards() {
    return true;
  }

  @Override
  public double value(LambdaContext context) {
    if (budget == 0 || allEqual(context.rewards())) {
      return 0;
    }
    if (kl(context, maxStrength) <= budget) {
      return maxStrength;
    }
    // INVARIANT: kl(within) <= budget < kl(beyond).
    double within = 0;
    double beyond = maxStrength;
    while (true) {
      double middle = within + (beyond - within) / 2;
      if (middle == within || middle == beyond) {
        return within;
      }
      double spent = kl(context, middle);
      if (spent > budget) {
        beyond = middle;
      } else if (spent >= budget - TOLERANCE) {
        return middle;
      } else {
        within = middle;
      }
    }
  }

  private static double kl(LambdaContext context, double lambda) {
    return TiltedDistribution.of(context.logProbabilities(), context.rewards(), lambda).kl();
  }

  private static boolean allEqual(double[] rewards) {
    for (double reward : rewards) {
      if (reward != rewards[0]) {
        return false;
      }
    }
    return true;
  }
}
