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

  boolean dependsOnCandidates() {
    return functions.stream().anyMatch(LambdaFunction::dependsOnCandidates);
  }

  /**
   * Evaluates λ(x, t) of each function [M].
   *
   * @param rewards r of all candidates [k]; may be empty if no function depends on them
   */
  double[] values(Step step, double[] rewards) {
    return values(step.context(new double[0]), step.context(rewards));
  }

  /** Evaluates functions that do not depend on the step's candidates [M]. */
  double[] valuesBefore(int t, int maxTokens) {
    LambdaContext known = LambdaContext.before(t, maxTokens);
    return values(known, known);
  }

  private double[] values(LambdaContext blind, LambdaContext full) {
    double[] values = new double[functions.size()];
    for (int m = 0; m < values.length; m++) {
      LambdaFunction lambda = functions.get(m);
      values[m] = lambda.value(lambda.dependsOnRewards() ? full : blind);
      if (!Double.isFinite(values[m])) {
        throw new DecodingException(
            DecodingException.Reason.SCORE_NOT_FINITE,
            "step "
                + blind.t()
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
