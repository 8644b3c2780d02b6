/** Panda's reward-service. */
package dev.panda.reward;
