package dev.panda.orchestrator.serving.client;

import java.time.Duration;

/**
 * How long a service may take.
 *
 * @param call longest time for a single answer
 * @param step longest time for an answer within a stream, and for the score of a whole response
 */
public record Timeouts(Duration call, Duration step) {}
