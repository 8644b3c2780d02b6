package dev.panda.transformer.jinja;

import java.util.List;

/** A Python list; templates cannot change it. */
record ListValue(List<Object> items) {}
