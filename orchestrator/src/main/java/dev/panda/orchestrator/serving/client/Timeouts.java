package dev.panda.orchestrator.serving.client;

import java.time.Duration;

/**
 * The longest times that services may take.
 *
 * @param call of a call with one answer
 * @param step of one answer within a stream, and of the score of one whole response
 */
public record Timeouts(Duration call, Duration step) {

  /** Of the answer to an open, which the service may keep waiting for room as long as a call. */
  Duration acknowledgement() {
    return call.multipliedBy(2);
  }
}
