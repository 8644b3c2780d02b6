package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.port.RewardModels;
import java.util.List;

/** Asks the reward services for the rewards of finished responses. */
record WholeRewards(Plan plan) {

  /**
   * Gives unweighted rewards [response][preference]. A service that has no room is asked again, as
   * its refusal would lose the responses.
   */
  double[][] of(List<Response> responses) {
    double[][] rewards = new double[responses.size()][plan.routes().size()];
    List<int[]> tokens = responses.stream().map(Response::tokenIds).toList();
    plan.byService()
        .forEach(
            (service, places) -> {
              int most = plan.routes().get(places.get(0)).service().maxResponses();
              for (int from = 0; from < tokens.size(); from += most) {
                int to = Math.min(from + most, tokens.size());
                double[] given = ask(service, places, tokens.subList(from, to));
                for (int i = 0; i < given.length; i++) {
                  int response = from + i / places.size();
                  rewards[response][places.get(i % places.size())] = given[i];
                }
              }
            });
    return rewards;
  }

  /** Asks for at most as many responses as the service takes [response × preference]. */
  private double[] ask(RewardModels service, List<Integer> places, List<int[]> responses) {
    return Patience.ask(
        plan.patience().toFinish(),
        () ->
            service.scoreSequences(
                plan.prompt(), responses, plan.preferences(places), plan.rewards().unit()));
  }
}
