package dev.panda.transformer.workshop.training;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C during work that cannot be broken off: a process must not end while PyTorch computes. It
 * asks the work to stop, and the process waits until it has, or for some minutes.
 */
public final class Interruption implements AutoCloseable {
  private static final long SILENT_WAIT = 3;
  private static final long LONGEST_WAIT = 300;

  /** Time for the command to say where it stopped, in milliseconds. */
  private static final long LAST_WORDS = 200;

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "interruption");
  private volatile boolean asked;

  /** From here on until it is closed, the end of the process waits for the work. */
  public Interruption() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void stop() {
    asked = true;
    try {
      if (!stopped.await(SILENT_WAIT, TimeUnit.SECONDS)) {
        System.err.println("\nFinishing the update under way, so that nothing learned is lost …");
        if (!stopped.await(LONGEST_WAIT, TimeUnit.SECONDS)) {
          System.err.println("Still computing after " + LONGEST_WAIT + " s: broken off.");
        }
      }
      Thread.sleep(LAST_WORDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the work is to stop at the next moment at which it can go on later. */
  public boolean asked() {
    return asked;
  }

  @Override
  public void close() {
    stopped.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // The process is about to end; the hook knows now that the work has stopped.
    }
  }
}
