package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.port.Acceptance;
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
  private static final int[] NONE = {};

  private final Plan plan;
  private final List<Integer> accepted = new ArrayList<>();
  private double within;
  private int[] draft = NONE;
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
  public StepRewards further(int drafted, int candidates) {
    return stream.further(drafted, candidates);
  }

  private CandidateStream open() {
    int[] ids = accepted.stream().mapToInt(Integer::intValue).toArray();
    return plan.base().open(plan.candidates(ids, within));
  }

  @Override
  public void foresee(int drafted, int[] tokens) {
    keep(drafted);
    unlessIdle(() -> stream.foresee(drafted, tokens));
  }

  @Override
  public void accept(Acceptance acceptance) {
    keep(acceptance.drafted());
    accepted.add(acceptance.token());
    draft = acceptance.draft();
    within = acceptance.within();
    unlessIdle(() -> stream.accept(acceptance));
  }

  private void keep(int drafted) {
    Arrays.stream(draft).limit(drafted).forEach(accepted::add);
    draft = NONE;
  }

  /** If the service has ended the stream, the next candidates open another one. */
  private static void unlessIdle(Runnable message) {
    try {
      message.run();
    } catch (ServiceException e) {
      e.requireIdle();
    }
  }

  @Override
  public void close() {
    stream.close();
  }
}
