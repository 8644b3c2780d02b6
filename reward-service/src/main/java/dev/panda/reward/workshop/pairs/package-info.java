/** Preference pairs: read from files, parted by prompt, in the backbone's tokens, whole and cut. */
package dev.panda.reward.workshop.pairs;
