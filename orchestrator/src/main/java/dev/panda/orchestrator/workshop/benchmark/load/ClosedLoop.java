package dev.panda.orchestrator.workshop.benchmark.load;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/**
 * So many streams at a time: each begins its next request when its last one has ended.
 *
 * @param streams at least 1
 */
public record ClosedLoop(int streams) implements Load {

  @Override
  public void begin(Executor pool, Clock clock, Extent extent, LongConsumer request) {
    long start = clock.nanos();
    AtomicInteger begun = new AtomicInteger();
    Runnable stream =
        () -> {
          while (!Thread.currentThread().isInterrupted()
              && extent.admits(begun.getAndIncrement(), clock.nanos() - start)) {
            request.accept(clock.nanos());
          }
        };
    for (int s = 0; s < streams; s++) {
      pool.execute(stream);
    }
  }

  @Override
  public double level() {
    return streams;
  }

  @Override
  public String unit() {
    return "streams";
  }

  @Override
  public String inWords() {
    return streams == 1 ? "one stream" : streams + " streams";
  }
}
