/**
 * What is read of responses from a frozen backbone, once each, and kept on disk. Its engine is the
 * only thing here that runs a network.
 */
package dev.panda.reward.workshop.features;
