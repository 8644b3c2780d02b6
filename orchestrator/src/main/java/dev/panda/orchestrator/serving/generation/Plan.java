package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.client.BaseModelClient;
import dev.panda.orchestrator.serving.client.BaseModelDescription;
import dev.panda.orchestrator.serving.client.DecodeCall;
import dev.panda.orchestrator.serving.client.RewardClient;
import dev.panda.orchestrator.serving.decoding.BaseScore;
import dev.panda.orchestrator.serving.decoding.RewardSum;
import dev.panda.orchestrator.serving.decoding.lambda.LambdaFunction;
import dev.panda.orchestrator.serving.routing.Route;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * What all responses to a request share.
 *
 * @param prompt token ids, at least one
 * @param routes of the request's preferences, in its order
 * @param byService places in the request of the preferences that each reward service has; the
 *     services in the order of the configuration
 * @param rewards how the preferences' rewards add up, in the same order
 * @param lambdas Λ; empty where the method uses none
 * @param k number of candidates a step
 * @param patience how long an open that lacks room is tried again
 */
record Plan(
    GenerationRequest request,
    BaseModelClient base,
    BaseModelDescription model,
    int[] prompt,
    List<Route> routes,
    Map<RewardClient, List<Integer>> byService,
    RewardSum rewards,
    List<LambdaFunction> lambdas,
    int k,
    Duration patience) {
  Plan {
    routes = List.copyOf(routes);
    byService = Collections.unmodifiableMap(byService);
    lambdas = List.copyOf(lambdas);
  }

  String preference(int j) {
    return routes.get(j).preference().model().preference();
  }

  /** Opens the response at the base service and asks for its first candidates. */
  DecodeCall openBase() {
    boolean logits = request.baseScore() == BaseScore.LOGIT;
    return base.decode(prompt, k, request.maxTokens(), logits, model.vocabularySize());
  }
}
