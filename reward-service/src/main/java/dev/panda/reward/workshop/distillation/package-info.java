/**
 * Distils token heads from reward models: what they read of a token is learned from the state of
 * the token before it.
 */
package dev.panda.reward.workshop.distillation;
