/** The commands of this module, one class each; they run without Quarkus. */
package dev.panda.basemodel.workshop.cli;
