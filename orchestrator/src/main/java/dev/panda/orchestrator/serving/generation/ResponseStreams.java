package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.client.BaseStep;
import dev.panda.orchestrator.serving.client.DecodeCall;
import dev.panda.orchestrator.serving.client.ServiceException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;

/**
 * One response's streams to the services, each with room for all of it. The caller closes them.
 *
 * <p>Room is taken in one order everywhere, the base service's first, and given back where a later
 * service has none: two responses never wait for what the other one holds.
 *
 * @param first the first step's candidates
 * @param rewards where the response is guided
 */
record ResponseStreams(DecodeCall base, BaseStep first, Optional<RewardStreams> rewards)
    implements AutoCloseable {

  /**
   * Opens the streams. For as long as the plan has patience it tries again where a service has no
   * room, when that service says.
   *
   * @throws ServiceException if a service fails, or has no room
   */
  static ResponseStreams open(Plan plan, boolean guided) {
    long giveUp = System.nanoTime() + plan.patience().toNanos();
    while (true) {
      try {
        return attempt(plan, guided);
      } catch (ServiceException e) {
        Duration wait = e.retryDelay();
        if (!e.lacksRoom() || System.nanoTime() + wait.toNanos() >= giveUp) {
          throw e;
        }
        pause(wait);
      }
    }
  }

  private static ResponseStreams attempt(Plan plan, boolean guided) {
    DecodeCall base = plan.openBase();
    try {
      BaseStep first = base.candidates();
      return new ResponseStreams(
          base, first, guided ? Optional.of(RewardStreams.open(plan)) : Optional.empty());
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
