/** Panda's orchestrator. */
package dev.panda.orchestrator;
