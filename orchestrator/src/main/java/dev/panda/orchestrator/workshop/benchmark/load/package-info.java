/** How requests are made and measured: loads, runs, and the figures of runs. */
package dev.panda.orchestrator.workshop.benchmark.load;
