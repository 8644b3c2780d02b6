package dev.panda.transformer.jinja;

/** Python's {@code None}. Java's null is no value: it stands for an argument that was not given. */
enum None {
  NONE
}
