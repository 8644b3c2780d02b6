package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.port.CandidateRequest;
import dev.panda.orchestrator.serving.port.CandidateStep;
import dev.panda.orchestrator.serving.port.CandidateStream;
import dev.panda.orchestrator.serving.port.ServiceException;
import dev.panda.orchestrator.serving.port.StepRewards;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One response at the base model. If the service ends its stream because nobody asked for the next
 * step in time, the response goes on in another stream from its accepted tokens.
 */
final class LastingCandidates implements CandidateStream {
  private final Plan plan;
  private final List<Integer> accepted = new ArrayList<>();
  private double within;
  private CandidateStream stream;

  /**
   * Opens a stream.
   *
   * @param acceptedBefore token ids of the response so far
   * @param within of the first step, as for {@link CandidateRequest}
   */
  LastingCandidates(Plan plan, int[] acceptedBefore, double within) {
    this.plan = plan;
    this.within = within;
    Arrays.stream(acceptedBefore).forEach(accepted::add);
    this.stream = open();
  }

  @Override
  public void awaitOpened() {
    stream.awaitOpened();
  }

  @Override
  public CandidateStep candidates() {
    try {
      return stream.candidates();
    } catch (ServiceException e) {
      e.requireIdle();
      stream.close();
      stream = Patience.open(plan.patience().toBegin(), this::open);
      return stream.candidates();
    }
  }

  @Override
  public StepRewards further(int candidates) {
    return stream.further(candidates);
  }

  private CandidateStream open() {
    int[] ids = accepted.stream().mapToInt(Integer::intValue).toArray();
    return plan.base().open(plan.candidates(ids, within));
  }

  @Override
  public void accept(int token, double nextWithin) {
    accepted.add(token);
    within = nextWithin;
    try {
      stream.accept(token, within);
    } catch (ServiceException e) {
      e.requireIdle(); // the next candidates open another stream
    }
  }

  @Override
  public void close() {
    stream.close();
  }
}
