package dev.panda.orchestrator.workshop.benchmark.load;

import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A Poisson process: the times between arrivals are −ln(u)/rate, u uniform in (0, 1]. */
final class Arrivals {
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private final double rate;
  private final Random random;
  private double seconds;

  /**
   * @param rate arrivals a second, positive
   * @param seed equal seeds give equal arrivals
   */
  Arrivals(double rate, long seed) {
    this.rate = rate;
    random = new Random(seed);
  }

  /** The next arrival, in nanoseconds from the start. */
  long next() {
    seconds -= Math.log(1 - random.nextDouble()) / rate;
    return (long) (seconds * NANOS);
  }
}
