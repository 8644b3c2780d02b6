package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.decoding.ScoredPrefix;
import dev.panda.orchestrator.serving.port.CandidateStep;
import dev.panda.orchestrator.serving.port.SequenceStream;
import dev.panda.orchestrator.serving.port.StepRewards;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * One response at all services that have a share in its reward: the reward services, which score it
 * at the same time, and the base model's own, which told its share with the candidates. Accepted
 * tokens travel with the next candidates. The caller closes it.
 */
final class RewardStreams implements SequenceStream {
  private final Plan plan;
  private final int[] acceptedBefore;
  private final List<LastingRewards> shares = new ArrayList<>();
  private final List<Integer> held;
  private final List<Integer> pending = new ArrayList<>();
  private final int[] covered;
  private final double[] sums;
  private int accepted;
  private StepRewards told;

  /**
   * Prepares the streams.
   *
   * @param acceptedBefore token ids of the response so far, but for the last one, which is not
   *     accepted yet
   */
  RewardStreams(Plan plan, int[] acceptedBefore) {
    this.plan = plan;
    this.acceptedBefore = acceptedBefore;
    this.held = plan.held();
    this.accepted = acceptedBefore.length;
    this.covered = new int[plan.routes().size()];
    this.sums = new double[plan.routes().size()];
  }

  /** Reserves room at one reward service after the other. Each then computes the prompt. */
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

  /** Notes what the base model's service told of the accepted tokens and of the candidates. */
  void tell(CandidateStep step) {
    if (!held.isEmpty()) {
      told = step.rewards().orElseThrow();
      cover(held, told);
    }
  }

  private void cover(List<Integer> places, StepRewards rewards) {
    for (int p = 0; p < places.size(); p++) {
      covered[places.get(p)] = accepted;
      sums[places.get(p)] = rewards.runningSums()[p];
    }
  }

  /**
   * Scores candidates of a step.
   *
   * @param survivors indices in Z, ascending
   * @param ids token ids of Z
   * @return [survivor × preference], the preference varying fastest
   */
  double[] score(int[] survivors, int[] ids) {
    double[] matrix = new double[survivors.length * sums.length];
    if (!shares.isEmpty()) {
      List<StepRewards> answers = ask(Arrays.stream(survivors).map(i -> ids[i]).toArray());
      int[] all = IntStream.range(0, survivors.length).toArray();
      for (int i = 0; i < answers.size(); i++) {
        cover(shares.get(i).places(), answers.get(i));
        fill(matrix, shares.get(i).places(), answers.get(i), all);
      }
    }
    if (!held.isEmpty()) {
      fill(matrix, held, told, survivors);
    }
    return matrix;
  }

  /** Number of first candidates whose rewards the base model's service has told. */
  int told() {
    return held.isEmpty() ? Integer.MAX_VALUE : told.candidates().length / held.size();
  }

  /** Notes the rewards of further candidates that the base model's service told. */
  void tellFurther(StepRewards further) {
    double[] all =
        DoubleStream.concat(Arrays.stream(told.candidates()), Arrays.stream(further.candidates()))
            .toArray();
    told = new StepRewards(all, told.runningSums(), told.response());
  }

  /**
   * Copies the rewards of one service.
   *
   * @param rows of the answer, one for each row of the matrix
   */
  private static void fill(double[] matrix, List<Integer> places, StepRewards answer, int[] rows) {
    int preferences = rows.length == 0 ? 0 : matrix.length / rows.length;
    for (int z = 0; z < rows.length; z++) {
      for (int p = 0; p < places.size(); p++) {
        matrix[z * preferences + places.get(p)] = answer.candidates()[rows[z] * places.size() + p];
      }
    }
  }

  /**
   * Gives the rewards of the response as far as it is accepted; never estimates [preference]. The
   * base model's service must have told its share after the last token.
   */
  double[] ofResponse() {
    double[] rewards = new double[sums.length];
    List<StepRewards> answers = shares.isEmpty() ? List.of() : ask(new int[0]);
    for (int i = 0; i < answers.size(); i++) {
      put(rewards, shares.get(i).places(), answers.get(i).response());
    }
    if (!held.isEmpty()) {
      put(rewards, held, told.response());
    }
    return rewards;
  }

  private static void put(double[] rewards, List<Integer> places, double[] ofService) {
    for (int p = 0; p < places.size(); p++) {
      rewards[places.get(p)] = ofService[p];
    }
  }

  /** Asks all reward services at the same time; their answers are in the order of the shares. */
  private List<StepRewards> ask(int[] candidates) {
    int[] since = pending.stream().mapToInt(Integer::intValue).toArray();
    pending.clear();
    shares.forEach(share -> share.ask(since, candidates));
    return shares.stream().map(LastingRewards::rewards).toList();
  }

  /** What the services last said of the accepted tokens. */
  ScoredPrefix prefix() {
    return new ScoredPrefix(covered.clone(), sums.clone());
  }

  @Override
  public void close() {
    shares.forEach(LastingRewards::close);
  }
}
