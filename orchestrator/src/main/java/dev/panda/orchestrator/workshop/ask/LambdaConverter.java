package dev.panda.orchestrator.workshop.ask;

import dev.panda.api.generation.v1.ConstantLambda;
import dev.panda.api.generation.v1.CosineLambda;
import dev.panda.api.generation.v1.EntropyLambda;
import dev.panda.api.generation.v1.ExponentialLambda;
import dev.panda.api.generation.v1.KlBudgetLambda;
import dev.panda.api.generation.v1.LambdaFunction;
import dev.panda.api.generation.v1.LinearLambda;
import dev.panda.api.generation.v1.WarmUpLambda;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads one function of Λ, {@code shape:number,number}, as in {@code linear:1,0.05}. */
final class LambdaConverter implements ITypeConverter<LambdaFunction> {
  static final String SYNTAX =
      "constant:c, linear:c,a, exponential:c,τ, cosine:c[,T], warm-up:c,w, entropy:c or"
          + " kl-budget:ε,λmax";

  @Override
  public LambdaFunction convert(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw malformed(text);
    }
    double[] numbers = numbers(text, text.substring(colon + 1));
    LambdaFunction.Builder lambda = LambdaFunction.newBuilder();
    switch (text.substring(0, colon) + "/" + numbers.length) {
      case "constant/1" -> lambda.setConstant(ConstantLambda.newBuilder().setStrength(numbers[0]));
      case "linear/2" ->
          lambda.setLinear(LinearLambda.newBuilder().setStrength(numbers[0]).setSlope(numbers[1]));
      case "exponential/2" ->
          lambda.setExponential(
              ExponentialLambda.newBuilder().setStrength(numbers[0]).setTimeConstant(numbers[1]));
      case "cosine/1" -> lambda.setCosine(CosineLambda.newBuilder().setStrength(numbers[0]));
      case "cosine/2" ->
          lambda.setCosine(
              CosineLambda.newBuilder().setStrength(numbers[0]).setSteps(steps(text, numbers[1])));
      case "warm-up/2" ->
          lambda.setWarmUp(
              WarmUpLambda.newBuilder().setStrength(numbers[0]).setSteps(steps(text, numbers[1])));
      case "entropy/1" -> lambda.setEntropy(EntropyLambda.newBuilder().setStrength(numbers[0]));
      case "kl-budget/2" ->
          lambda.setKlBudget(
              KlBudgetLambda.newBuilder().setBudget(numbers[0]).setMaxStrength(numbers[1]));
      default -> throw malformed(text);
    }
    return lambda.build();
  }

  private static double[] numbers(String text, String list) {
    try {
      return Arrays.stream(list.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
    } catch (NumberFormatException notANumber) {
      throw malformed(text);
    }
  }

  private static int steps(String text, double number) {
    if (number != Math.rint(number) || number < 1 || number > Integer.MAX_VALUE) {
      throw new TypeConversionException(text + " (expected: a whole number of steps, 1 or more)");
    }
    return (int) number;
  }

  private static TypeConversionException malformed(String text) {
    return new TypeConversionException(text + " (expected: " + SYNTAX + ")");
  }
}
