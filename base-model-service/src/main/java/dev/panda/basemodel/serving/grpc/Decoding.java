package dev.panda.basemodel.serving.grpc;

import java.util.concurrent.Executor;

/**
 * What all decode streams of the service share.
 *
 * @param workers threads that may take their time
 */
record Decoding(
    DecodeRequests requests, Answers answers, CandidateSource.Opener opener, Executor workers) {}
