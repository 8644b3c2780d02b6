package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.port.CandidateStream;
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
record ResponseStreams(CandidateStream base, Optional<RewardStreams> rewards)
    implements AutoCloseable {

  /**
   * Opens the streams. If a service has no room, the open is tried again when that service says,
   * until the plan's patience is over.
   *
   * @param from where the response stands
   * @throws ServiceException if a service fails, or has no room
   */
  static ResponseStreams open(Plan plan, ResponseState from, boolean guided) {
    return Patience.ask(plan.patience().toBegin(), () -> attempt(plan, from, guided));
  }

  private static ResponseStreams attempt(Plan plan, ResponseState from, boolean guided) {
    CandidateStream base = new LastingCandidates(plan, from.acceptedIds());
    try {
      base.awaitOpened();
      return new ResponseStreams(
          base, guided ? Optional.of(RewardStreams.open(plan, from)) : Optional.empty());
    } catch (RuntimeException | Error e) {
      base.close();
      throw e;
    }
  }

  @Override
  public void close() {
    base.close();
    rewards.ifPresent(RewardStreams::close);
  }
}
