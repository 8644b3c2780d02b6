/** The contract of the orchestrator, {@code panda.api.generation.v1}. */
package dev.panda.orchestrator.serving.api.grpc;
