/** Commands that work on files; they run without Quarkus, from a plain main class. */
package dev.panda.reward.workshop.cli;
