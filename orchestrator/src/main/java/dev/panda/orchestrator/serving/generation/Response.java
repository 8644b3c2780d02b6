package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.decoding.Choice;
import dev.panda.orchestrator.serving.decoding.SteeringDiagnostics;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * A finished response.
 *
 * @param tokens at least one
 * @param rewards of the whole response, unweighted [preference]; empty if the request names no
 *     preference
 * @param indifferent places of preferences that gave one reward to all that they could tell apart:
 *     the candidates of every step or, if they did not guide the response, the responses
 */
public record Response(
    List<GeneratedToken> tokens,
    String text,
    FinishReason finishReason,
    double[] rewards,
    List<Integer> indifferent,
    Work work) {
  public Response {
    tokens = List.copyOf(tokens);
    indifferent = List.copyOf(indifferent);
  }

  Response withRewards(double[] ofPreferences, List<Integer> indifferentPreferences) {
    return new Response(tokens, text, finishReason, ofPreferences, indifferentPreferences, work);
  }

  public int[] tokenIds() {
    return tokens.stream().mapToInt(GeneratedToken::id).toArray();
  }

  /** Gives the natural logarithm of the response's probability under the base model. */
  public double logProbability() {
    return tokens.stream().mapToDouble(GeneratedToken::logProbability).sum();
  }

  /** Gives the mean KL of the steps that have one, in nats. */
  public OptionalDouble meanKl() {
    return kls().average();
  }

  private DoubleStream kls() {
    return tokens.stream()
        .map(GeneratedToken::choice)
        .map(Choice::kl)
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble);
  }

  /** Measures how far the response was steered away from the base model. */
  public SteeringDiagnostics diagnostics() {
    return new SteeringDiagnostics(
        tokens.size(),
        SteeringDiagnostics.repetition(tokenIds()),
        tokens.stream().mapToInt(GeneratedToken::rank).average().orElse(0),
        meanKl(),
        (int) kls().count());
  }
}
