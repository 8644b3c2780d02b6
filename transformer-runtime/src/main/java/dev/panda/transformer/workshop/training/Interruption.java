package dev.panda.transformer.workshop.training;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Handles Ctrl-C during work that must not be broken off, because a process must not end while
 * PyTorch computes. Ctrl-C asks the work to stop; the process waits until it has stopped, but at
 * most 300 s.
 */
public final class Interruption implements AutoCloseable {
  private static final long SILENT_WAIT = 3;
  private static final long LONGEST_WAIT = 300;

  /** Time for the command to report where it stopped, in milliseconds. */
  private static final long LAST_WORDS = 200;

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "interruption");
  private volatile boolean asked;

  /** Starts handling Ctrl-C, until this object is closed. */
  public Interruption() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void stop() {
    asked = true;
    try {
      if (!stopped.await(SILENT_WAIT, TimeUnit.SECONDS)) {
        System.err.println("\nFinishing the current update, so that no training is lost …");
        if (!stopped.await(LONGEST_WAIT, TimeUnit.SECONDS)) {
          System.err.println("Still computing after " + LONGEST_WAIT + " s; aborting.");
        }
      }
      Thread.sleep(LAST_WORDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the work must stop at the next point from which it can be resumed. */
  public boolean asked() {
    return asked;
  }

  @Override
  public void close() {
    stopped.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // The process is already ending, and the hook now knows that the work has stopped.
    }
  }
}
