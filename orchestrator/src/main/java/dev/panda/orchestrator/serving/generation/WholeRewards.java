package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.port.PreferenceSource;
import java.util.List;

/** Asks the reward services for the rewards of finished responses. */
record WholeRewards(Plan plan) {
  /** What a service reads in a message, with the prompt: token ids of three bytes are 3 MB. */
  static final int MOST_TOKENS = 1 << 20;

  /**
   * Gives unweighted rewards [response][preference]. A service that has no room is asked again, as
   * its refusal would lose the responses.
   */
  double[][] of(List<Response> responses) {
    double[][] rewards = new double[responses.size()][plan.routes().size()];
    List<int[]> tokens = responses.stream().map(Response::tokenIds).toList();
    plan.bySource()
        .forEach(
            (service, places) -> {
              int most = plan.routes().get(places.get(0)).service().maxResponses();
              int from = 0;
              while (from < tokens.size()) {
                int to =
                    from + batch(plan.prompt().length, tokens.subList(from, tokens.size()), most);
                double[] given = ask(service, places, tokens.subList(from, to));
                for (int i = 0; i < given.length; i++) {
                  int response = from + i / places.size();
                  rewards[response][places.get(i % places.size())] = given[i];
                }
                from = to;
              }
            });
    return rewards;
  }

  /**
   * Gives how many of the responses one question may have, at least one.
   *
   * @param most as many as the service takes
   */
  static int batch(int promptTokens, List<int[]> responses, int most) {
    long tokens = promptTokens + (long) responses.get(0).length;
    int number = 1;
    while (number < Math.min(most, responses.size())
        && tokens + responses.get(number).length <= MOST_TOKENS) {
      tokens += responses.get(number).length;
      number++;
    }
    return number;
  }

  /** Asks for at most as many responses as the service takes [response × preference]. */
  private double[] ask(PreferenceSource service, List<Integer> places, List<int[]> responses) {
    return Patience.ask(
        plan.patience().toFinish(),
        () ->
            service.scoreSequences(
                plan.prompt(), responses, plan.preferences(places), plan.rewards().unit()));
  }
}
