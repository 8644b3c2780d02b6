package dev.panda.transformer.workshop.training;

import java.util.function.Function;

/**
 * The file format of one kind of example, with one JSON object a line.
 *
 * @param name of the kind of example, for messages
 * @param shape description of a line, for messages
 * @param parse throws IllegalArgumentException, naming the field, if a line is no usable example
 */
public record ExampleFormat<T>(String name, String shape, Function<ExampleLine, T> parse) {}
