/** {@code make-pairs}: preference pairs made from answers to one prompt. */
package dev.panda.orchestrator.workshop.pairs;
