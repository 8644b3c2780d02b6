package dev.panda.basemodel.serving.grpc;

import java.time.Duration;

/**
 * What all decode streams of the service share.
 *
 * @param idleTimeout how long a stream waits for its client
 */
record Decoding(
    DecodeRequests requests, Answers answers, Tokenisations tokenisations, Duration idleTimeout) {}
