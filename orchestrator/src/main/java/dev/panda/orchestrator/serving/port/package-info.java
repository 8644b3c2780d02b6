/**
 * What one generation asks of the world: a base model that opens candidate streams, and reward
 * models that open reward streams. Records go in, records come out; what answers (a gRPC client, a
 * pool of replicas, a fake in a test) is its own affair.
 *
 * <p>Every method that asks a service throws {@link ServiceException} if the service fails, refuses
 * or breaks its contract.
 */
package dev.panda.orchestrator.serving.port;
