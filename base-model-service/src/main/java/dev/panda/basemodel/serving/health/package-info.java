/** Tells health checks whether the engine runs. */
package dev.panda.basemodel.serving.health;
