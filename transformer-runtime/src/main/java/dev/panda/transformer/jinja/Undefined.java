package dev.panda.transformer.jinja;

/**
 * What a name stands for that has no value: it prints as nothing, is empty and false, and fails in
 * any other use.
 *
 * @param message why it has no value
 */
record Undefined(String message) {

  static Undefined named(String name) {
    return new Undefined(name + " is undefined");
  }

  TemplateException failure() {
    return new TemplateException(message);
  }
}
