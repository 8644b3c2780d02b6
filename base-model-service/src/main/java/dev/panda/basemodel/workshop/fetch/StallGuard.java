package dev.panda.basemodel.workshop.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Closes a stream that nothing comes from, so that its reader fails rather than waits for ever. */
final class StallGuard implements AutoCloseable {
  private final InputStream stream;
  private final Duration limit;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "download watch");
            thread.setDaemon(true);
            return thread;
          });
  private volatile long lastBytes = System.nanoTime();
  private volatile boolean stalled;

  /**
   * @param limit longest time without bytes
   */
  StallGuard(InputStream stream, Duration limit) {
    this.stream = stream;
    this.limit = limit;
    long period = Math.max(1, limit.toMillis() / 4);
    ScheduledFuture<?> unused =
        clock.scheduleAtFixedRate(this::check, period, period, TimeUnit.MILLISECONDS);
  }

  /** Hears that bytes came. */
  void alive() {
    lastBytes = System.nanoTime();
  }

  /** Whether the stream was closed because nothing came. */
  boolean stalled() {
    return stalled;
  }

  private void check() {
    if (System.nanoTime() - lastBytes > limit.toNanos()) {
      stalled = true;
      try {
        stream.close();
      } catch (IOException closed) {
        // the reader reports it
      }
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
