package dev.panda.orchestrator.serving.decoding.lambda;

import static dev.panda.orchestrator.serving.decoding.lambda.Parameters.requireFinite;
import static dev.panda.orchestrator.serving.decoding.lambda.Parameters.requirePositive;

import java.util.OptionalInt;

/**
 * λ(x, t) = c·(1 + cos(π·min(t/T, 1)))/2: from c at the first step to 0 at step T.
 *
 * @param strength c
 * @param steps T, positive; the longest response unless given
 */
public record Cosine(double strength, OptionalInt steps) implements LambdaFunction {
  public Cosine {
    requireFinite("strength", strength);
    steps.ifPresent(value -> requirePositive("steps", value));
  }

  @Override
  public double value(LambdaContext context) {
    double share = (double) context.t() / steps.orElse(context.maxTokens());
    return strength * (1 + Math.cos(Math.PI * Math.min(share, 1))) / 2;
  }
}
