package dev.panda.orchestrator.serving.generation;

import java.util.List;

/** Asks the reward services for the rewards of finished responses. */
record WholeRewards(Plan plan) {

  /** Gives unweighted rewards [response][preference]. */
  double[][] of(List<Response> responses) {
    double[][] rewards = new double[responses.size()][plan.routes().size()];
    List<int[]> tokens = responses.stream().map(Response::tokenIds).toList();
    plan.byService()
        .forEach(
            (service, places) -> {
              double[] given =
                  service.scoreSequences(
                      plan.prompt(), tokens, plan.preferences(places), plan.rewards().unit());
              for (int i = 0; i < rewards.length; i++) {
                for (int p = 0; p < places.size(); p++) {
                  rewards[i][places.get(p)] = given[i * places.size() + p];
                }
              }
            });
    return rewards;
  }
}
