package dev.panda.orchestrator.workshop.benchmark;

import dev.panda.transformer.workshop.cli.ProgressConsole;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;

/** A bar that advances with each request, or with time if runs have a length in time. */
final class RunProgress implements AutoCloseable {
  private final ProgressBar bar;
  private final boolean timed;
  private final long start = System.nanoTime();

  /**
   * @param requests of the whole benchmark
   * @param length of the whole benchmark, if its runs have a length
   */
  RunProgress(long requests, Optional<Duration> length) {
    timed = length.isPresent();
    bar =
        new ProgressConsole()
            .bar(timed ? "Seconds" : "Requests")
            .setInitialMax(length.map(Duration::toSeconds).orElse(requests))
            .build();
  }

  void requestEnded() {
    if (timed) {
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
      bar.stepTo(Math.min(seconds, bar.getMax()));
    } else {
      bar.step();
    }
  }

  @Override
  public void close() {
    bar.close();
  }
}
