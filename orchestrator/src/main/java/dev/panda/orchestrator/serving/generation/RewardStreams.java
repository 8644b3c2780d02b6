package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.decoding.ScoredPrefix;
import dev.panda.orchestrator.serving.port.SequenceStream;
import dev.panda.orchestrator.serving.port.StepRewards;
import java.util.ArrayList;
import java.util.List;

/**
 * One response at all reward services that have a share in its reward. They score it at the same
 * time. Accepted tokens travel with the next candidates. The caller closes it.
 */
final class RewardStreams implements SequenceStream {
  private final Plan plan;
  private final int[] acceptedBefore;
  private final List<LastingRewards> shares = new ArrayList<>();
  private final int preferences;
  private final List<Integer> pending = new ArrayList<>();
  private int accepted;
  private ScoredPrefix prefix;

  /**
   * Prepares the streams.
   *
   * @param acceptedBefore token ids of the response so far, but for the last one, which is not
   *     accepted yet
   */
  RewardStreams(Plan plan, int[] acceptedBefore) {
    this.plan = plan;
    this.acceptedBefore = acceptedBefore;
    this.preferences = plan.routes().size();
    this.accepted = acceptedBefore.length;
    this.prefix = ScoredPrefix.empty(preferences);
  }

  /** Reserves room at one service after the other. Each then computes the prompt. */
  @Override
  public void awaitOpened() {
    plan.byService()
        .forEach(
            (service, places) -> {
              LastingRewards share = new LastingRewards(service, plan, places, acceptedBefore);
              shares.add(share);
              share.awaitOpened();
            });
  }

  /** Notes an accepted token, which the next question hands over. */
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
    List<StepRewards> answers = ask(candidates);
    double[] matrix = new double[candidates.length * preferences];
    double[] sums = new double[preferences];
    for (int i = 0; i < answers.size(); i++) {
      StepRewards answer = answers.get(i);
      List<Integer> places = shares.get(i).places();
      for (int p = 0; p < places.size(); p++) {
        int place = places.get(p);
        sums[place] = answer.runningSums()[p];
        for (int z = 0; z < candidates.length; z++) {
          matrix[z * preferences + place] = answer.candidates()[z * places.size() + p];
        }
      }
    }
    prefix = new ScoredPrefix(accepted, sums);
    return matrix;
  }

  /** Rewards of the response as far as it is accepted; never estimates [preference]. */
  double[] ofResponse() {
    List<StepRewards> answers = ask(new int[0]);
    double[] rewards = new double[preferences];
    for (int i = 0; i < answers.size(); i++) {
      List<Integer> places = shares.get(i).places();
      for (int p = 0; p < places.size(); p++) {
        rewards[places.get(p)] = answers.get(i).response()[p];
      }
    }
    return rewards;
  }

  /** Asks all services at the same time; their answers are in the order of the shares. */
  private List<StepRewards> ask(int[] candidates) {
    int[] since = pending.stream().mapToInt(Integer::intValue).toArray();
    pending.clear();
    shares.forEach(share -> share.ask(since, candidates));
    return shares.stream().map(LastingRewards::rewards).toList();
  }

  /** What the services last said of the accepted tokens. */
  ScoredPrefix prefix() {
    return prefix;
  }

  @Override
  public void close() {
    shares.forEach(LastingRewards::close);
  }
}
