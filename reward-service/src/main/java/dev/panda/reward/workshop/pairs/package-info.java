/**
 * Preference pairs: reading them from files, splitting them by prompt, encoding and cutting them.
 */
package dev.panda.reward.workshop.pairs;
