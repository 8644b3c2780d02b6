/** The commands of this module, without Quarkus: one class each. */
package dev.panda.basemodel.workshop.cli;
