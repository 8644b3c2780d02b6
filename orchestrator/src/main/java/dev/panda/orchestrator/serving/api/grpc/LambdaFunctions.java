package dev.panda.orchestrator.serving.api.grpc;

import dev.panda.answer.RefusedException;
import dev.panda.orchestrator.serving.decoding.lambda.Constant;
import dev.panda.orchestrator.serving.decoding.lambda.Cosine;
import dev.panda.orchestrator.serving.decoding.lambda.Entropy;
import dev.panda.orchestrator.serving.decoding.lambda.Exponential;
import dev.panda.orchestrator.serving.decoding.lambda.KlBudget;
import dev.panda.orchestrator.serving.decoding.lambda.LambdaFunction;
import dev.panda.orchestrator.serving.decoding.lambda.Linear;
import dev.panda.orchestrator.serving.decoding.lambda.WarmUp;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Parses Λ. */
final class LambdaFunctions {
  static final int MOST = 16;

  private LambdaFunctions() {}

  static List<LambdaFunction> parse(List<dev.panda.api.generation.v1.LambdaFunction> functions) {
    if (functions.size() > MOST) {
      throw RefusedException.field("lambdas", functions.size() + " functions", "at most " + MOST);
    }
    List<LambdaFunction> parsed = new ArrayList<>();
    for (var function : functions) {
      parsed.add(parse("lambdas[%d]".formatted(parsed.size()), function));
    }
    return parsed;
  }

  private static LambdaFunction parse(
      String field, dev.panda.api.generation.v1.LambdaFunction function) {
    if (function.getKindCase()
        == dev.panda.api.generation.v1.LambdaFunction.KindCase.KIND_NOT_SET) {
      throw RefusedException.field(field, "unset", "one of the functions");
    }
    try {
      return switch (function.getKindCase()) {
        case CONSTANT -> new Constant(function.getConstant().getStrength());
        case LINEAR ->
            new Linear(function.getLinear().getStrength(), function.getLinear().getSlope());
        case EXPONENTIAL ->
            new Exponential(
                function.getExponential().getStrength(),
                function.getExponential().getTimeConstant());
        case COSINE ->
            new Cosine(
                function.getCosine().getStrength(),
                function.getCosine().hasSteps()
                    ? OptionalInt.of(function.getCosine().getSteps())
                    : OptionalInt.empty());
        case WARM_UP ->
            new WarmUp(function.getWarmUp().getStrength(), function.getWarmUp().getSteps());
        case ENTROPY -> new Entropy(function.getEntropy().getStrength());
        case KL_BUDGET ->
            new KlBudget(
                function.getKlBudget().getBudget(), function.getKlBudget().getMaxStrength());
        case KIND_NOT_SET -> throw new IllegalArgumentException("kind: unset (expected: one)");
      };
    } catch (IllegalArgumentException e) {
      throw refused(field, e.getMessage());
    }
  }

  /** The functions' messages have the shape {@code name: value (expected: …)}, too. */
  private static RefusedException refused(String field, String message) {
    int colon = message.indexOf(": ");
    int expected = message.indexOf(" (expected: ");
    return RefusedException.field(
        field + "." + message.substring(0, colon),
        message.substring(colon + 2, expected),
        message.substring(expected + " (expected: ".length(), message.length() - 1));
  }
}
