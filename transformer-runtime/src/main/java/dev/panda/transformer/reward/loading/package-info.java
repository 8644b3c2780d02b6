/** Finds the reward models of a backbone, reads them, and checks that they fit it. */
package dev.panda.transformer.reward.loading;
