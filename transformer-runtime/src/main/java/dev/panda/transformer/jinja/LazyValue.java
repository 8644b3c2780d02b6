package dev.panda.transformer.jinja;

import java.util.Iterator;

/** Items that are computed when they are read, once: a Python generator or iterator. */
record LazyValue(Iterator<Object> items) {}
