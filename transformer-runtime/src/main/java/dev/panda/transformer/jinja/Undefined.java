package dev.panda.transformer.jinja;

/**
 * What a name stands for that has no value: it prints as nothing, is empty and false, and fails in
 * any other use.
 *
 * @param message why it has no value
 */
record Undefined(String message) {

  /** Counts a message that quotes the template. */
  static Undefined of(Run run, String message) {
    run.charge(message.length());
    return new Undefined(message);
  }

  TemplateException failure() {
    return new TemplateException(message);
  }
}
