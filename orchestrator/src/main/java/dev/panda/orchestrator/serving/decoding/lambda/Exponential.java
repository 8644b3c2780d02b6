package dev.panda.orchestrator.serving.decoding.lambda;

import static dev.panda.orchestrator.serving.decoding.lambda.Parameters.requireFinite;
import static dev.panda.orchestrator.serving.decoding.lambda.Parameters.requirePositive;

/**
 * λ(x, t) = c·exp(−t/τ).
 *
 * @param strength c
 * @param timeConstant τ in steps, positive
 */
public record Exponential(double strength, double timeConstant) implements LambdaFunction {
  public Exponential {
    requireFinite("strength", strength);
    requirePositive("time_constant", timeConstant);
  }

  @Override
  public double value(LambdaContext context) {
    return strength * Math.exp(-context.t() / timeConstant);
  }
}
