package dev.panda.orchestrator.attack;

import static dev.panda.orchestrator.attack.AttackedPanda.aligned;

import io.grpc.ManagedChannel;
import java.time.Duration;

/**
 * The first generation that succeeds after an outage, or the last that failed.
 *
 * @param time until its answer
 */
record Recovery(Outcome outcome, Duration time) {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int PAUSE_MILLIS = 100;

  /** Asks again and again. */
  static Recovery of(ManagedChannel orchestrator) throws InterruptedException {
    long start = System.nanoTime();
    while (true) {
      orchestrator.resetConnectBackoff();
      Outcome outcome = Generation.start(orchestrator, aligned(4)).outcome();
      Duration time = Duration.ofNanos(System.nanoTime() - start);
      if (outcome.isOk() || time.compareTo(PATIENCE) > 0) {
        return new Recovery(outcome, time);
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }
}
