package dev.panda.orchestrator.serving.decoding.lambda;

import static dev.panda.orchestrator.serving.decoding.lambda.Parameters.requireFinite;

/**
 * λ(x, t) = c·H/log|V|, H the entropy of π_b over the vocabulary V: strong if the base model is
 * unsure, and c if its distribution is uniform.
 *
 * @param strength c
 */
public record Entropy(double strength) implements LambdaFunction {
  public Entropy {
    requireFinite("strength", strength);
  }

  @Override
  public boolean dependsOnCandidates() {
    return true;
  }

  @Override
  public double value(LambdaContext context) {
    if (context.vocabularySize() == 1) {
      return 0;
    }
    return strength * context.entropy() / Math.log(context.vocabularySize());
  }
}
