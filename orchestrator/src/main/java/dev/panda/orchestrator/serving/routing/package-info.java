/** Finds the service that serves a preference. */
package dev.panda.orchestrator.serving.routing;
