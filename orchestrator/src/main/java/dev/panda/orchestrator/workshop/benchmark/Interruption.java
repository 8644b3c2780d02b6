package dev.panda.orchestrator.workshop.benchmark;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes Ctrl-C interrupt the thread that opened this, and keeps the process alive until the thread
 * has closed it, so that it can report what there is.
 */
final class Interruption {
  private static final long GRACE_SECONDS = 20;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;

  Interruption() {
    Thread opener = Thread.currentThread();
    hook =
        new Thread(
            () -> {
              opener.interrupt();
              try {
                closed.await(GRACE_SECONDS, TimeUnit.SECONDS);
              } catch (InterruptedException ending) {
                // The process ends at once.
              }
            },
            "interruption");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // The process is ending, and the hook has run.
    }
  }
}
