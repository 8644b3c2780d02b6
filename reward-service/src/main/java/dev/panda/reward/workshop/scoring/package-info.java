/** Scoring of responses in files. */
package dev.panda.reward.workshop.scoring;
