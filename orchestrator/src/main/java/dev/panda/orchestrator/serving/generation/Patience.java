package dev.panda.orchestrator.serving.generation;

import dev.panda.orchestrator.serving.port.SequenceStream;
import dev.panda.orchestrator.serving.port.ServiceException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How long a generation asks a service that has no room again.
 *
 * @param toBegin for a response that begins; nothing is lost if the service refuses it
 * @param toFinish for the rewards of finished responses, which a refusal would lose
 */
public record Patience(Duration toBegin, Duration toFinish) {

  /**
   * Asks, and asks again when the service says as long as it has no room and the time is not over.
   *
   * @throws ServiceException if a service fails, or has no room in time
   */
  static <T> T ask(Duration longest, Supplier<T> question) {
    long giveUp = System.nanoTime() + longest.toNanos();
    while (true) {
      try {
        return question.get();
      } catch (ServiceException e) {
        Duration wait = e.retryDelay();
        if (!e.lacksRoom() || System.nanoTime() + wait.toNanos() >= giveUp) {
          throw e;
        }
        pause(wait);
      }
    }
  }

  /**
   * Opens a sequence and waits until it has its room, as {@link #ask} does.
   *
   * @param stream opens a stream, once for each try
   */
  static <S extends SequenceStream> S open(Duration longest, Supplier<S> stream) {
    return ask(
        longest,
        () -> {
          S opened = stream.get();
          try {
            opened.awaitOpened();
            return opened;
          } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
          }
        });
  }

  private static void pause(Duration wait) {
    try {
      TimeUnit.NANOSECONDS.sleep(wait.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("service: interrupted (expected: to be asked again)");
    }
  }
}
