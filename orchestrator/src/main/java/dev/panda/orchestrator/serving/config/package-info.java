/** The orchestrator's configuration. */
package dev.panda.orchestrator.serving.config;
