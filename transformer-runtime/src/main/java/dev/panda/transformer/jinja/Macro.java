package dev.panda.transformer.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A macro and the scope that it was defined in, or the body of a call block.
 *
 * @param scope the names that the body sees
 */
record Macro(Definition definition, Scope scope) implements Callable {

  /**
   * A macro as written.
   *
   * @param parameters names of parameters
   * @param defaults values of the last parameters
   * @param names all names that the body reads; {@code caller}, {@code varargs} and {@code kwargs}
   *     among them allow further arguments
   */
  record Definition(
      String name,
      List<String> parameters,
      List<Expression> defaults,
      Body body,
      Set<String> names) {

    private boolean reads(String special) {
      return names.contains(special) && !parameters.contains(special);
    }
  }

  String name() {
    return definition.name();
  }

  @Override
  public Object call(Run run, Arguments arguments) {
    Scope inner = scope.inner();
    Map<String, Object> named = new LinkedHashMap<>(arguments.named());
    List<Object> positional = arguments.positional();
    List<String> parameters = definition.parameters();
    run.charge((long) Run.ITEM * parameters.size());
    if (definition.reads("caller")) {
      Object caller = named.remove("caller");
      inner.set("caller", caller == null ? new Undefined("No caller defined") : caller);
    }
    int taken = Math.min(positional.size(), parameters.size());
    for (int i = 0; i < parameters.size(); i++) {
      Object value = i < taken ? positional.get(i) : named.remove(parameters.get(i));
      inner.set(parameters.get(i), value == null ? absent(i, inner) : value);
    }
    bindMore(inner, positional.subList(taken, positional.size()), named);
    return run.nested(() -> run.capture(() -> definition.body().run(inner)));
  }

  private Object absent(int parameter, Scope inner) {
    int index = parameter - definition.parameters().size() + definition.defaults().size();
    return index < 0
        ? Undefined.of(
            inner.run(),
            "parameter " + definition.parameters().get(parameter) + " was not provided")
        : definition.defaults().get(index).in(inner);
  }

  private void bindMore(Scope inner, List<Object> positional, Map<String, Object> named) {
    if (definition.reads("kwargs")) {
      inner.set("kwargs", DictValue.of(inner.run(), named));
    } else if (!named.isEmpty()) {
      throw new TemplateException("macro " + name() + ": unexpected argument " + named.keySet());
    }
    if (definition.reads("varargs")) {
      inner.set("varargs", TupleValue.of(positional));
    } else if (!positional.isEmpty()) {
      throw new TemplateException(
          "macro %s: %d arguments too many".formatted(name(), positional.size()));
    }
  }
}
