/** The rules that say which of two answers is chosen. A {@link Ranking} scores each answer. */
package dev.panda.orchestrator.workshop.pairs.rules;
