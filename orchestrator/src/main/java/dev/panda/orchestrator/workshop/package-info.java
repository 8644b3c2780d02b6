/** The command line. Each package below holds the commands of one subject. */
package dev.panda.orchestrator.workshop;
