package dev.panda.transformer.workshop.training;

import java.util.function.Function;

/**
 * How one kind of example is written, one JSON object a line.
 *
 * @param name of an example, for messages
 * @param shape of a line, for messages
 * @param parse throws IllegalArgumentException where a line is no usable example; the message names
 *     the field
 */
public record ExampleFormat<T>(String name, String shape, Function<ExampleLine, T> parse) {}
