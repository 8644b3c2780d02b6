/** Starts and stops the services on this machine, and tells how they are. */
package dev.panda.orchestrator.workshop.services;
