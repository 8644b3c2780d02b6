package dev.panda.orchestrator.workshop.benchmark.load;

import java.util.concurrent.TimeUnit;

/** Tells the time, and waits. */
interface Clock {
  /** The computer's own clock. */
  Clock SYSTEM =
      new Clock() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void waitUntil(long nanos) throws InterruptedException {
          TimeUnit.NANOSECONDS.sleep(nanos - System.nanoTime());
        }
      };

  /** Nanoseconds since some moment that stays the same. */
  long nanos();

  /** Waits until {@link #nanos} is that late. */
  void waitUntil(long nanos) throws InterruptedException;
}
