/** The contract over gRPC: requests parsed into valid records, and one state machine a stream. */
package dev.panda.basemodel.serving.grpc;
