/**
 * Shared parts of all training: examples from JSON Lines files, hashes that split them, the
 * learning rate, the saved state for resuming, Ctrl-C, and exceptions with a remedy. This package
 * does not know what is trained.
 */
package dev.panda.transformer.workshop.training;
