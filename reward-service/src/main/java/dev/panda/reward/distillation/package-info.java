/**
 * Distils token heads from reward models: candidates are drawn from a backbone's own predictions,
 * rewarded one by one, and their rewards learned from the state before them.
 */
package dev.panda.reward.distillation;
