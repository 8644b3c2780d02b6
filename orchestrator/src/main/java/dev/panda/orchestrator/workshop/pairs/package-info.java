/**
 * Preference pairs made from answers to one prompt: a {@link
 * dev.panda.orchestrator.workshop.pairs.Ranking} scores the answers by a named rule, {@link
 * dev.panda.orchestrator.workshop.pairs.PairMaker} takes pairs that the rule tells apart and that
 * length doesn't.
 */
package dev.panda.orchestrator.workshop.pairs;
