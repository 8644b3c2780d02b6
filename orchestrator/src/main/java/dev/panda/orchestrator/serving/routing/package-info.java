/** Which service has which preference. */
package dev.panda.orchestrator.serving.routing;
