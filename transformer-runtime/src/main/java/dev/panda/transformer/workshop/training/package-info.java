/**
 * What all training stands on: examples from files of JSON Lines, hashes that choose among them,
 * the learning rate, the state that an interrupted training goes on from, Ctrl-C, and failures that
 * say what to do. It knows nothing of what is learned.
 */
package dev.panda.transformer.workshop.training;
