package dev.panda.orchestrator.workshop.benchmark.load;

import java.time.Duration;

/**
 * How long a run goes on: so many requests, or requests until so much time has passed.
 *
 * @param requests most requests
 * @param duration longest time after which a request may begin
 */
public record Extent(int requests, Duration duration) {
  private static final Duration UNBOUNDED = Duration.ofDays(365);

  public static Extent ofRequests(int requests) {
    return new Extent(requests, UNBOUNDED);
  }

  public static Extent ofDuration(Duration duration) {
    return new Extent(Integer.MAX_VALUE, duration);
  }

  /** Whether another request may begin. */
  boolean admits(int begun, long elapsedNanos) {
    return begun < requests && elapsedNanos < duration.toNanos();
  }

  /** The extent for people. */
  public String inWords() {
    if (requests == Integer.MAX_VALUE) {
      return "%.1f s".formatted(duration.toMillis() / 1e3);
    }
    return requests == 1 ? "one request" : requests + " requests";
  }
}
