/** Tells health checks how the engine is. */
package dev.panda.basemodel.serving.health;
