package dev.panda.orchestrator.serving.decoding;

import dev.panda.orchestrator.serving.decoding.lambda.LambdaContext;
import dev.panda.orchestrator.serving.decoding.lambda.LambdaFunction;
import java.util.List;

/** Λ = {λ_1 … λ_M}, evaluated at a step. */
record LambdaSet(List<LambdaFunction> functions) {
  LambdaSet {
    functions = List.copyOf(functions);
    if (functions.isEmpty()) {
      throw new IllegalArgumentException("lambdas: none (expected: at least one function)");
    }
  }

  boolean dependsOnRewards() {
    return functions.stream().anyMatch(LambdaFunction::dependsOnRewards);
  }

  /**
   * Evaluates λ(x, t) of each function [M].
   *
   * @param rewards r of all candidates [k]; may be empty if no function depends on them
   */
  double[] values(Step step, double[] rewards) {
    LambdaContext blind = step.context(new double[0]);
    double[] values = new double[functions.size()];
    for (int m = 0; m < values.length; m++) {
      LambdaFunction lambda = functions.get(m);
      values[m] = lambda.value(lambda.dependsOnRewards() ? step.context(rewards) : blind);
      if (!Double.isFinite(values[m])) {
        throw new DecodingException(
            DecodingException.Reason.SCORE_NOT_FINITE,
            "step "
                + step.t()
                + ", lambdas["
                + m
                + "]: value: "
                + values[m]
                + " (expected: a finite number)");
      }
    }
    return values;
  }
}
