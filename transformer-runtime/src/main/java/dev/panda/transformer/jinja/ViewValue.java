package dev.panda.transformer.jinja;

import java.util.List;

/**
 * The keys, values or items of a dict.
 *
 * @param type name of the view's type in Python
 */
record ViewValue(String type, List<Object> items) {}
