package dev.panda.transformer.training;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C during work that cannot be broken off: a process must not end while PyTorch computes. It
 * asks the work to stop, and the process waits until it has, or for half a minute.
 */
public final class Interruption implements AutoCloseable {
  private static final long LONGEST_WAIT = 30;

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
      if (!stopped.await(LONGEST_WAIT, TimeUnit.SECONDS)) {
        System.err.println("Still computing after " + LONGEST_WAIT + " s: broken off.");
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
    if (!asked) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
