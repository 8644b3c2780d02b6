/**
 * What all training stands on: examples from files of JSON Lines, hashes that choose among them,
 * and failures that say what to do. It knows nothing of what is learned from them.
 */
package dev.panda.transformer.training;
