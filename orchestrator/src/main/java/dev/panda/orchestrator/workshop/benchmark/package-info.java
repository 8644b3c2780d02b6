/** {@code bench}: a load generator for the orchestrator and its peers. */
package dev.panda.orchestrator.workshop.benchmark;
