/** The contract over gRPC: requests parsed to valid records, streams. */
package dev.panda.reward.serving.grpc;
