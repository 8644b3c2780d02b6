/**
 * Features of responses, read once from a frozen backbone and cached on disk. Only the backbone's
 * engine runs a network here.
 */
package dev.panda.reward.workshop.features;
