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
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads one function of Λ, {@code shape:number,number}, as in {@code linear:1,0.05}. A number alone
 * is a constant.
 */
final class LambdaConverter implements ITypeConverter<LambdaFunction> {
  private static final Pattern NUMBER = Pattern.compile("[-+]?[\\d.]+");
  static final String SYNTAX =
      "constant:c, linear:c,a, exponential:c,τ, cosine:c[,T], warm-up:c,w, entropy:c or"
          + " kl-budget:ε,λmax";

  @Override
  public LambdaFunction convert(String text) {
    if (NUMBER.matcher(text).matches()) {
      return convert("constant:" + text);
    }
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
    return Arrays.stream(list.split(",", -1)).mapToDouble(item -> number(text, item)).toArray();
  }

  private static double number(String text, String item) {
    try {
      return Double.parseDouble(item);
    } catch (NumberFormatException notANumber) {
      throw new TypeConversionException(
          "%s: %s is no number (expected: a number like 1 or 0.5, or %s)"
              .formatted(text, item.isEmpty() ? "nothing" : "'" + item + "'", SYNTAX));
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
