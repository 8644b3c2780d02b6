/** {@code benchmark}: how long a token takes. */
package dev.panda.orchestrator.workshop.benchmark;
