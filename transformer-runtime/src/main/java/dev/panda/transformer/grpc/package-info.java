/**
 * What every call of a model service goes through: messages are guarded, deadlines and lost clients
 * end it, and failures become statuses. It knows the engine's failures, and of no contract.
 */
package dev.panda.transformer.grpc;
