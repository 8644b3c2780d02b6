/** Files of answers: {@code sample} draws them, {@code compare} compares them. */
package dev.panda.orchestrator.workshop.answers;
