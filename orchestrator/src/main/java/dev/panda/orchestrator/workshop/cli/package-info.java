/** The command line: a client of the orchestrator, and the commands that work on files. */
package dev.panda.orchestrator.workshop.cli;
