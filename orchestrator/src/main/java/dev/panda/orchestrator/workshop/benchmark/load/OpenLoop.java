package dev.panda.orchestrator.workshop.benchmark.load;

import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/**
 * So many requests a second, however long their answers take. They arrive as a Poisson process.
 *
 * @param rate requests a second, positive
 * @param seed of the arrivals, which are the same in every run
 */
public record OpenLoop(double rate, long seed) implements Load {

  @Override
  public void begin(Executor pool, Clock clock, Extent extent, LongConsumer request)
      throws InterruptedException {
    long start = clock.nanos();
    Arrivals arrivals = new Arrivals(rate, seed);
    long arrival = arrivals.next();
    for (int begun = 0; extent.admits(begun, arrival); begun++) {
      long due = start + arrival;
      clock.waitUntil(due);
      pool.execute(() -> request.accept(due));
      arrival = arrivals.next();
    }
  }

  @Override
  public double level() {
    return rate;
  }

  @Override
  public String unit() {
    return "requests a second";
  }

  @Override
  public String inWords() {
    return "%s requests a second".formatted(rate == Math.rint(rate) ? (Object) (long) rate : rate);
  }
}
