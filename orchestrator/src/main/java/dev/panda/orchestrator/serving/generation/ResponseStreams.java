package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.port.CandidateStep;
import dev.panda.orchestrator.serving.port.CandidateStream;
import dev.panda.orchestrator.serving.port.ServiceException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;

/**
 * One response's streams to the services, each with room for the whole response. The caller closes
 * them.
 *
 * <p>Every response takes its room in the same order, at the base service first, and gives it back
 * if a later service has none. So no two responses wait for each other's room.
 *
 * @param first the candidates of the step after the accepted tokens
 * @param rewards empty if nothing guides the response
 */
record ResponseStreams(CandidateStream base, CandidateStep first, Optional<RewardStreams> rewards)
    implements AutoCloseable {

  /**
   * Opens the streams. If a service has no room, the open is tried again when that service says,
   * until the plan's patience is over.
   *
   * @param from where the response stands
   * @throws ServiceException if a service fails, or has no room
   */
  static ResponseStreams open(Plan plan, ResponseState from, boolean guided) {
    long giveUp = System.nanoTime() + plan.patience().toNanos();
    while (true) {
      try {
        return attempt(plan, from, guided);
      } catch (ServiceException e) {
        Duration wait = e.retryDelay();
        if (!e.lacksRoom() || System.nanoTime() + wait.toNanos() >= giveUp) {
          throw e;
        }
        pause(wait);
      }
    }
  }

  private static ResponseStreams attempt(Plan plan, ResponseState from, boolean guided) {
    CandidateStream base = plan.base().open(plan.candidates(from.acceptedIds()));
    try {
      CandidateStep first = base.candidates();
      return new ResponseStreams(
          base, first, guided ? Optional.of(RewardStreams.open(plan, from)) : Optional.empty());
    } catch (RuntimeException e) {
      base.close();
      throw e;
    }
  }

  private static void pause(Duration wait) {
    try {
      TimeUnit.NANOSECONDS.sleep(wait.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("open: interrupted (expected: to be tried again)");
    }
  }

  @Override
  public void close() {
    base.close();
    rewards.ifPresent(RewardStreams::close);
  }
}
