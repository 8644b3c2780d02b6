/** What every command needs: how it checks options, shows progress and reports a failure. */
package dev.panda.orchestrator.workshop.cli;
