/** Makes what serves from the configuration, and frees it when the orchestrator stops. */
package dev.panda.orchestrator.serving.startup;
