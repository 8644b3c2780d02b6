package dev.panda.transformer.jinja;

import java.util.HashMap;
import java.util.Map;

/**
 * The names that a part of a template has given values to. What a loop's turn, a macro or a block
 * assigns is gone at its end; an {@code if} has no scope of its own.
 */
final class Scope {
  private final Run run;
  private final Scope outer;
  private Map<String, Object> names;

  private Scope(Run run, Scope outer) {
    this.run = run;
    this.outer = outer;
  }

  static Scope of(Run run) {
    return new Scope(run, null);
  }

  Scope inner() {
    return new Scope(run, this);
  }

  Run run() {
    return run;
  }

  Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Object value = scope.names == null ? null : scope.names.get(name);
      if (value != null) {
        return value;
      }
    }
    Object value = run.global(name);
    return value == null ? Undefined.of(run, name + " is undefined") : value;
  }

  void set(String name, Object value) {
    if (names == null) {
      names = new HashMap<>();
    }
    names.put(name, value);
  }
}
