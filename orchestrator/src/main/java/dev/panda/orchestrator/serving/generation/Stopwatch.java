package dev.panda.orchestrator.serving.generation;

import java.time.Duration;
import java.util.function.Supplier;

/** Measures the time that a response waits for one kind of service. */
final class Stopwatch {
  private long nanos;

  <T> T on(Supplier<T> answer) {
    long start = System.nanoTime();
    try {
      return answer.get();
    } finally {
      nanos += System.nanoTime() - start;
    }
  }

  Duration total() {
    return Duration.ofNanos(nanos);
  }
}
