package dev.panda.orchestrator.generation;

import dev.panda.orchestrator.client.BaseModelClient;
import dev.panda.orchestrator.client.BaseModelDescription;
import dev.panda.orchestrator.client.RewardClient;
import dev.panda.orchestrator.decoding.RewardSum;
import dev.panda.orchestrator.decoding.lambda.LambdaFunction;
import dev.panda.orchestrator.routing.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What all responses to a request share.
 *
 * @param prompt token ids, at least one
 * @param routes of the request's preferences, in its order
 * @param rewards how the preferences' rewards add up, in the same order
 * @param lambdas Λ; empty where the method uses none
 * @param k number of candidates a step
 */
record Plan(
    GenerationRequest request,
    BaseModelClient base,
    BaseModelDescription model,
    int[] prompt,
    List<Route> routes,
    RewardSum rewards,
    List<LambdaFunction> lambdas,
    int k) {
  Plan {
    routes = List.copyOf(routes);
    lambdas = List.copyOf(lambdas);
  }

  String preference(int j) {
    return routes.get(j).preference().model().preference();
  }

  /** Places in the request of the preferences that each reward service has. */
  Map<RewardClient, List<Integer>> byService() {
    Map<RewardClient, List<Integer>> byService = new LinkedHashMap<>();
    for (int j = 0; j < routes.size(); j++) {
      byService.computeIfAbsent(routes.get(j).client(), service -> new ArrayList<>()).add(j);
    }
    return byService;
  }
}
