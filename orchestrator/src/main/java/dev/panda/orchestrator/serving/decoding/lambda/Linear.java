package dev.panda.orchestrator.serving.decoding.lambda;

import static dev.panda.orchestrator.serving.decoding.lambda.Parameters.requireFinite;

/**
 * λ(x, t) = c·(1 + a·t). With a = 1 it is c·n at length n = t + 1, which keeps the pull of a reward
 * that is a mean over the response even.
 *
 * @param strength c
 * @param slope a, per step
 */
public record Linear(double strength, double slope) implements LambdaFunction {
  public Linear {
    requireFinite("strength", strength);
    requireFinite("slope", slope);
  }

  @Override
  public double value(LambdaContext context) {
    return strength * (1 + slope * context.t());
  }
}
