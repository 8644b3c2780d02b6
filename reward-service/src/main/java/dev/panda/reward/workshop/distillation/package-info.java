/**
 * Distils token heads from reward models. A token head learns to predict a reward model's
 * projection of a token from the state of the token before it.
 */
package dev.panda.reward.workshop.distillation;
