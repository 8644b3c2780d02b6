package dev.panda.transformer.jinja;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** A function of Jinja or Python: how it is called, and what it does. */
record Builtin(Signature signature, Body body) implements Callable {

  /** What a function does. */
  interface Body {
    Object apply(Run run, Bound arguments);
  }

  /** What a function does whose items are computed when they are read. */
  interface LazyBody {
    Iterator<Object> apply(Run run, Bound arguments);
  }

  @Override
  public Object call(Run run, Arguments arguments) {
    run.step();
    return body.apply(run, signature.bind(arguments));
  }

  /** Functions by name. */
  static final class Table {
    private final Map<String, Builtin> functions = new LinkedHashMap<>();

    /**
     * Adds a function.
     *
     * @param signature as in Python, with nothing after the {@code =} of an optional parameter
     */
    Table add(String signature, Body body) {
      Signature parsed = Signature.parse(signature);
      functions.put(parsed.name(), new Builtin(parsed, body));
      return this;
    }

    /** Adds a function whose result is lazy. */
    Table addLazy(String signature, LazyBody body) {
      return add(signature, (run, arguments) -> new LazyValue(() -> body.apply(run, arguments)));
    }

    /** Adds another name for a function. */
    Table alias(String alias, String name) {
      functions.put(alias, functions.get(name));
      return this;
    }

    /** Adds names of functions that exist, but not for chat templates. */
    Table refuse(String kind, String... names) {
      for (String name : names) {
        add(
            name + "(*, **)",
            (run, arguments) -> {
              throw new TemplateException(kind + " " + name + ": not available to chat templates");
            });
      }
      return this;
    }

    Table addAll(Map<String, Builtin> others) {
      functions.putAll(others);
      return this;
    }

    Map<String, Builtin> build() {
      return Map.copyOf(functions);
    }
  }
}
