/** What is measured on finished text, without a model. */
package dev.panda.orchestrator.workshop.evaluation;
