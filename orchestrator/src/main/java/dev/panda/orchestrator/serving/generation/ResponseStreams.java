package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.port.SequenceStream;
import dev.panda.orchestrator.serving.port.ServiceException;
import java.util.Optional;

/**
 * One response's streams to the services, each with room for the whole response. All services
 * compute the prompt at the same time. The caller closes the streams.
 *
 * <p>Every response takes its room in the same order, at the base service first, and gives it back
 * if a later service has none. So no two responses wait for each other's room.
 *
 * @param rewards empty if nothing guides the response
 */
record ResponseStreams(DraftedCandidates base, Optional<RewardStreams> rewards)
    implements SequenceStream {

  /**
   * Opens the streams. If a service has no room, the open is tried again when that service says,
   * until the plan's patience is over.
   *
   * @param from where the response stands
   * @param within of the first step, as for {@link
   *     dev.panda.orchestrator.serving.port.CandidateRequest}
   * @throws ServiceException if a service fails, or has no room
   */
  static ResponseStreams open(Plan plan, ResponseState from, boolean guided, double within) {
    return Patience.open(
        plan.patience().toBegin(),
        () ->
            new ResponseStreams(
                new DraftedCandidates(
                    new LastingCandidates(plan, from.acceptedIds(), within),
                    plan,
                    from.acceptedIds()),
                guided
                    ? Optional.of(new RewardStreams(plan, from.acceptedIdsButLast()))
                    : Optional.empty()));
  }

  @Override
  public void awaitOpened() {
    base.awaitOpened();
    rewards.ifPresent(RewardStreams::awaitOpened);
  }

  @Override
  public void close() {
    base.close();
    rewards.ifPresent(RewardStreams::close);
  }
}
