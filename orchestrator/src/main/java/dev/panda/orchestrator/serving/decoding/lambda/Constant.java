package dev.panda.orchestrator.serving.decoding.lambda;

import static dev.panda.orchestrator.serving.decoding.lambda.Parameters.requireFinite;

/**
 * λ(x, t) = c.
 *
 * @param strength c
 */
public record Constant(double strength) implements LambdaFunction {
  public Constant {
    requireFinite("strength", strength);
  }

  @Override
  public double value(LambdaContext context) {
    return strength;
  }
}
