package dev.panda.transformer.jinja;

/** What a template can call. */
interface Callable {
  Object call(Run run, Arguments arguments);
}
