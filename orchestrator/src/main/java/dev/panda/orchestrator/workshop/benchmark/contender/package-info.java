/** Who is measured: an orchestrator's methods, and other servers; and the prompts that they get. */
package dev.panda.orchestrator.workshop.benchmark.contender;
