/** Commands that work on files. They run without Quarkus, from a plain main class. */
package dev.panda.reward.workshop.cli;
