/** The orchestrator's configuration. */
package dev.panda.orchestrator.config;
