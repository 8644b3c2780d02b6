/** The contract over gRPC: requests parsed to valid records, streams, errors as statuses. */
package dev.panda.reward.grpc;
