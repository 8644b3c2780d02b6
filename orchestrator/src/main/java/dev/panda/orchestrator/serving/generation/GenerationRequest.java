package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.decoding.BaseScore;
import dev.panda.orchestrator.serving.decoding.RewardUnit;
import dev.panda.orchestrator.serving.decoding.lambda.LambdaFunction;
import java.util.List;
import java.util.Optional;

/**
 * A request that keeps all bounds that do not depend on the models.
 *
 * @param preferences with different names; at least one if the method needs them
 * @param lambdas Λ; empty for the default of the preferences
 * @param perLambda the limit of the mean KL if each function gives a response of its own
 * @param k number of candidates a step; empty for the default
 * @param maxTokens longest response, at least 1
 * @param stops strings that end the response, none empty
 * @param seed of methods that draw
 * @param sampling of methods that draw from the base model alone
 * @param argsWeight weight w of the ARGS methods
 * @param allCandidates whether every candidate is scored and reported
 * @param pruning whether candidates that cannot win may be left unscored
 * @param drafting whether several steps may be computed at once where the response repeats a text;
 *     empty if not
 */
public record GenerationRequest(
    Prompt prompt,
    List<NamedWeight> preferences,
    DecodingMethod method,
    List<LambdaFunction> lambdas,
    Optional<PerLambda> perLambda,
    BaseScore baseScore,
    RewardUnit rewardUnit,
    Optional<Integer> k,
    int maxTokens,
    List<String> stops,
    long seed,
    Sampling sampling,
    double argsWeight,
    boolean allCandidates,
    boolean pruning,
    Optional<Drafting> drafting) {
  public GenerationRequest {
    preferences = List.copyOf(preferences);
    lambdas = List.copyOf(lambdas);
    stops = List.copyOf(stops);
  }

  /**
   * Whether the listener hears of tokens only after all responses are finished and one is chosen.
   */
  boolean tellsAtTheEnd() {
    return method == DecodingMethod.BEST_OF_N || perLambda.isPresent();
  }

  /**
   * One response for each function of Λ.
   *
   * @param maxMeanKl largest mean KL of a response that may be kept, in nats a token
   */
  public record PerLambda(double maxMeanKl) {}

  /**
   * Steps are computed ahead where the response repeats its prompt, itself or another text.
   *
   * @param likely the other text, if there is one
   */
  public record Drafting(Optional<String> likely) {}

  /**
   * How the base model is sampled.
   *
   * @param temperature positive
   * @param topP in (0, 1]
   * @param responses number of responses that best-of-N draws, at least 1
   */
  public record Sampling(double temperature, double topP, int responses) {}
}
