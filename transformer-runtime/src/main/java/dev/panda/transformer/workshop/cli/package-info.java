/**
 * Code shared by the model services' command lines: main method, progress bars and failure reports.
 */
package dev.panda.transformer.workshop.cli;
