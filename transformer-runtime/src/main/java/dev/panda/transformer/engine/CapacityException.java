package dev.panda.transformer.engine;

import java.time.Duration;

/** Thrown if the cache has no room within the time that an open may wait. */
public final class CapacityException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Duration retryAfter;

  public CapacityException(String message, Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  /** When another attempt is likely to succeed. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
