package dev.panda.basemodel.serving.grpc;

/** What all decode streams of the service share. */
record Decoding(
    DecodeRequests requests,
    Answers answers,
    CandidateSource.Opener opener,
    Tokenisations tokenisations) {}
