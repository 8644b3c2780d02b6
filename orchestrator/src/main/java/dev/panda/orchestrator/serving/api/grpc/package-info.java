/**
 * The orchestrator's contract, {@code panda.api.generation.v1}: requests parsed into valid records,
 * and responses made of what a generation gives.
 */
package dev.panda.orchestrator.serving.api.grpc;
