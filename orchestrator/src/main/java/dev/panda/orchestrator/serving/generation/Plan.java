package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.decoding.BaseScore;
import dev.panda.orchestrator.serving.decoding.RewardSum;
import dev.panda.orchestrator.serving.decoding.lambda.LambdaFunction;
import dev.panda.orchestrator.serving.port.Ahead;
import dev.panda.orchestrator.serving.port.BaseModel;
import dev.panda.orchestrator.serving.port.BaseModelDescription;
import dev.panda.orchestrator.serving.port.CandidateRequest;
import dev.panda.orchestrator.serving.port.Guidance;
import dev.panda.orchestrator.serving.port.PreferenceSource;
import dev.panda.orchestrator.serving.port.RewardModels;
import dev.panda.orchestrator.serving.port.RewardRequest;
import dev.panda.orchestrator.serving.routing.Route;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What all responses to a request share.
 *
 * @param prompt token ids, at least one
 * @param routes of the request's preferences, in its order
 * @param bySource for each service that has some of the preferences, in the order of precedence,
 *     their places in the request
 * @param rewards how the preferences' rewards add up, in the request's order
 * @param lambdas Λ; empty if the method uses none
 * @param k number of candidates a step
 * @param likely token ids that a response is likely to repeat in parts
 * @param patience how long a service that has no room is asked again
 */
record Plan(
    GenerationRequest request,
    BaseModel base,
    BaseModelDescription model,
    int[] prompt,
    List<Route> routes,
    Map<PreferenceSource, List<Integer>> bySource,
    RewardSum rewards,
    List<LambdaFunction> lambdas,
    int k,
    int[] likely,
    Patience patience) {
  /** Places in the cache for the candidates behind a draft. */
  private static final int DRAFTED_CANDIDATES = 64;

  Plan {
    routes = List.copyOf(routes);
    bySource = Collections.unmodifiableMap(bySource);
    lambdas = List.copyOf(lambdas);
  }

  /** For each reward service, the places in the request of the preferences that it serves. */
  Map<RewardModels, List<Integer>> byService() {
    Map<RewardModels, List<Integer>> byService = new LinkedHashMap<>();
    bySource.forEach(
        (source, places) -> {
          if (source instanceof RewardModels service) {
            byService.put(service, places);
          }
        });
    return byService;
  }

  /** Places in the request of the preferences that the base model's service holds. */
  List<Integer> held() {
    return bySource.entrySet().stream()
        .filter(entry -> !(entry.getKey() instanceof RewardModels))
        .flatMap(entry -> entry.getValue().stream())
        .toList();
  }

  /** Names of the preferences at these places of the request. */
  List<String> preferences(List<Integer> places) {
    return places.stream().map(j -> routes.get(j).preference().model().preference()).toList();
  }

  /** Whether every candidate of a step gets its reward, whether it can win or not. */
  boolean scoresAll() {
    return !request.pruning()
        || request.allCandidates()
        || request.perLambda().isPresent()
        || request.method().draws()
        || lambdas.stream().anyMatch(LambdaFunction::dependsOnRewards);
  }

  /**
   * Asks the base model for a response that goes on after the accepted tokens.
   *
   * @param within as for {@link CandidateRequest}
   */
  CandidateRequest candidates(int[] accepted, double within) {
    boolean guided = request.method().isGuided();
    boolean logits = request.baseScore() == BaseScore.LOGIT;
    return new CandidateRequest(
        prompt,
        accepted,
        k,
        request.maxTokens(),
        logits,
        model.vocabularySize(),
        guided && !byService().isEmpty(),
        guided && !held().isEmpty()
            ? Optional.of(
                new Guidance(
                    preferences(held()), rewards.unit(), byService().isEmpty() && !scoresAll()))
            : Optional.empty(),
        within,
        ahead());
  }

  /** What is computed ahead: drafts where their candidates are few, winners where others choose. */
  Ahead ahead() {
    boolean guided = request.method().isGuided();
    boolean inside = guided && !held().isEmpty();
    boolean drafts = request.drafting().isPresent() && !(inside && scoresAll());
    int longest = inside ? DRAFTED_CANDIDATES / k : Integer.MAX_VALUE;
    return new Ahead(
        drafts ? Math.min(model.ahead().draft(), longest) : 0,
        guided && !inside ? Math.min(model.ahead().foreseen(), k) : 0);
  }

  /**
   * Asks a reward service for a response that goes on after the accepted tokens.
   *
   * @param places of the service's preferences in the request
   */
  RewardRequest rewards(List<Integer> places, int[] accepted) {
    return new RewardRequest(
        prompt, accepted, preferences(places), rewards.unit(), request.maxTokens(), k);
  }
}
