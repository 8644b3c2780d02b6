/**
 * The ports over gRPC, and their answers checked against the contracts: gRPC outside, records
 * inside.
 */
package dev.panda.orchestrator.serving.client;
