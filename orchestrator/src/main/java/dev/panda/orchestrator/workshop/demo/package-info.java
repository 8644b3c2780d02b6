/** {@code demo}: answers to one question, side by side. */
package dev.panda.orchestrator.workshop.demo;
