package dev.panda.orchestrator.serving.generation;

/**
 * A preference that a request follows.
 *
 * @param weight w, finite
 */
public record NamedWeight(String name, double weight) {}
