/** The two services as the orchestrator calls them: gRPC outside, records inside. */
package dev.panda.orchestrator.serving.client;
