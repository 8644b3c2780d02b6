/** What the model services' command lines share: their main method, their bars, their failures. */
package dev.panda.transformer.workshop.cli;
