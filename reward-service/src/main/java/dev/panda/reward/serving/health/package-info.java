/** Tells health checks whether the engine runs. */
package dev.panda.reward.serving.health;
