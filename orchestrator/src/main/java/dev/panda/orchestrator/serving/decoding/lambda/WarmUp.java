package dev.panda.orchestrator.serving.decoding.lambda;

import static dev.panda.orchestrator.serving.decoding.lambda.Parameters.requireFinite;
import static dev.panda.orchestrator.serving.decoding.lambda.Parameters.requirePositive;

/**
 * λ(x, t) = c·min(1, (t + 1)/w).
 *
 * @param strength c
 * @param steps w, number of steps to full strength, positive
 */
public record WarmUp(double strength, int steps) implements LambdaFunction {
  public WarmUp {
    requireFinite("strength", strength);
    requirePositive("steps", steps);
  }

  @Override
  public double value(LambdaContext context) {
    return strength * Math.min(1, (context.t() + 1.0) / steps);
  }
}
