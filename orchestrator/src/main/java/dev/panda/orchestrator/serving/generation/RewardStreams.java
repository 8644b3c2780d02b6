package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.client.RewardClient;
import dev.panda.orchestrator.serving.client.ScoreCall;
import dev.panda.orchestrator.serving.decoding.ScoredPrefix;
import java.util.ArrayList;
import java.util.List;

/**
 * One response at all reward services that have a share in its reward, scored by all of them at the
 * same time. Accepted tokens ride along with the next candidates. The caller closes it.
 */
final class RewardStreams implements AutoCloseable {

  /** Preferences of one service: their places in the request. */
  private record Share(ScoreCall call, int[] preferences) {}

  private final List<Share> shares = new ArrayList<>();
  private final int preferences;
  private final List<Integer> pending = new ArrayList<>();
  private int accepted;
  private ScoredPrefix prefix;

  private RewardStreams(int preferences) {
    this.preferences = preferences;
    this.prefix = ScoredPrefix.empty(preferences);
  }

  /** Opens the sequence at every service in turn, and waits until it has its room there. */
  static RewardStreams open(Plan plan) {
    RewardStreams streams = new RewardStreams(plan.routes().size());
    try {
      plan.byService().forEach((service, places) -> streams.open(plan, service, places));
      return streams;
    } catch (RuntimeException e) {
      streams.close();
      throw e;
    }
  }

  private void open(Plan plan, RewardClient service, List<Integer> places) {
    ScoreCall call =
        service.score(
            plan.prompt(),
            places.stream().map(j -> plan.preference(j)).toList(),
            plan.rewards().unit(),
            plan.request().maxTokens(),
            plan.k());
    shares.add(new Share(call, places.stream().mapToInt(Integer::intValue).toArray()));
    call.awaitOpened();
  }

  /** Takes note of an accepted token. */
  void accept(int token) {
    pending.add(token);
    accepted++;
  }

  /**
   * Scores a step's candidates.
   *
   * @param candidates token ids
   * @return [candidate × preference], the preference varying fastest
   */
  double[] score(int[] candidates) {
    List<ScoreCall.Scores> answers = ask(candidates);
    double[] matrix = new double[candidates.length * preferences];
    double[] sums = new double[preferences];
    for (int i = 0; i < answers.size(); i++) {
      ScoreCall.Scores scores = answers.get(i);
      int[] places = shares.get(i).preferences;
      for (int p = 0; p < places.length; p++) {
        sums[places[p]] = scores.runningSums()[p];
        for (int z = 0; z < candidates.length; z++) {
          matrix[z * preferences + places[p]] = scores.rewards()[z * places.length + p];
        }
      }
    }
    prefix = new ScoredPrefix(accepted, sums);
    return matrix;
  }

  /** Rewards of the response as it is accepted: read, where candidates' are estimated. */
  double[] ofResponse() {
    List<ScoreCall.Scores> answers = ask(new int[0]);
    double[] rewards = new double[preferences];
    for (int i = 0; i < answers.size(); i++) {
      int[] places = shares.get(i).preferences;
      for (int p = 0; p < places.length; p++) {
        rewards[places[p]] = answers.get(i).responseRewards()[p];
      }
    }
    return rewards;
  }

  /** Asks all services at once; their answers, in the order of the shares. */
  private List<ScoreCall.Scores> ask(int[] candidates) {
    int[] ridingAlong = pending.stream().mapToInt(Integer::intValue).toArray();
    pending.clear();
    shares.forEach(share -> share.call.ask(ridingAlong, candidates));
    return shares.stream().map(share -> share.call.scores()).toList();
  }

  /** What the services last told of the accepted tokens. */
  ScoredPrefix prefix() {
    return prefix;
  }

  @Override
  public void close() {
    shares.forEach(share -> share.call.close());
  }
}
