package dev.panda.basemodel.serving.grpc;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * What all decode streams of the service share.
 *
 * @param workers threads that may take their time
 * @param idleTimeout how long a stream waits for its client
 */
record Decoding(DecodeRequests requests, Answers answers, Executor workers, Duration idleTimeout) {}
