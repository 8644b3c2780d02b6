/** Asks the services: {@code generate}, {@code chat} and {@code preferences}. */
package dev.panda.orchestrator.workshop.ask;
