package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.port.RewardModels;
import dev.panda.orchestrator.serving.port.RewardStream;
import dev.panda.orchestrator.serving.port.ServiceException;
import dev.panda.orchestrator.serving.port.StepRewards;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One response at a reward service. If the service ends its stream because nobody asked anything in
 * time, the response goes on in another stream from its accepted tokens.
 */
final class LastingRewards implements RewardStream {
  private static final int[] NONE = {};

  private final RewardModels service;
  private final Plan plan;
  private final List<Integer> places;
  private final List<Integer> accepted = new ArrayList<>();
  private int[] candidates = NONE;
  private RewardStream stream;

  /**
   * Opens a stream.
   *
   * @param places of the service's preferences in the request
   * @param acceptedBefore token ids of the response so far
   */
  LastingRewards(RewardModels service, Plan plan, List<Integer> places, int[] acceptedBefore) {
    this.service = service;
    this.plan = plan;
    this.places = places;
    Arrays.stream(acceptedBefore).forEach(accepted::add);
    this.stream = open();
  }

  @Override
  public void awaitOpened() {
    stream.awaitOpened();
  }

  @Override
  public void ask(int[] acceptedSince, int[] candidateIds) {
    Arrays.stream(acceptedSince).forEach(accepted::add);
    candidates = candidateIds;
    try {
      stream.ask(acceptedSince, candidateIds);
    } catch (ServiceException e) {
      e.requireIdle(); // the rewards come from another stream
    }
  }

  @Override
  public StepRewards rewards() {
    try {
      return stream.rewards();
    } catch (ServiceException e) {
      e.requireIdle();
      stream.close();
      stream = Patience.open(plan.patience().toBegin(), this::open);
      stream.ask(NONE, candidates);
      return stream.rewards();
    }
  }

  private RewardStream open() {
    int[] ids = accepted.stream().mapToInt(Integer::intValue).toArray();
    return service.open(plan.rewards(places, ids));
  }

  /** Places of the service's preferences in the request. */
  List<Integer> places() {
    return places;
  }

  @Override
  public void close() {
    stream.close();
  }
}
