/** Tells health checks how the engine is. */
package dev.panda.reward.serving.health;
