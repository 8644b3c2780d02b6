/** What the machine is, and how fast it reads its memory. */
package dev.panda.orchestrator.workshop.benchmark.machine;
