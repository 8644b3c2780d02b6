package dev.panda.transformer.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** The only object that a template can change: what {@code namespace()} returns. */
final class Namespace {
  private final Map<String, Object> attributes = new LinkedHashMap<>();

  Map<String, Object> attributes() {
    return attributes;
  }

  void set(Run run, String name, Object value) {
    if (name.startsWith("_")) {
      throw new TemplateException("namespace: " + name + " (expected: a name without underscore)");
    }
    run.charge(Run.ITEM);
    attributes.put(name, value);
  }
}
