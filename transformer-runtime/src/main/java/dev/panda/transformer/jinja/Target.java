package dev.panda.transformer.jinja;

import java.util.List;

/** What a value is assigned to. */
interface Target {
  /** The output, for the text of a filter block. */
  Target OUTPUT =
      (scope, value) -> {
        if (!(value instanceof Text text)) {
          throw Types.unexpected(value, "text, from the filter of a block");
        }
        scope.run().output().add(text);
      };

  void assign(Scope scope, Object value);

  /** A variable. */
  record Variable(String name) implements Target {
    @Override
    public void assign(Scope scope, Object value) {
      scope.run().charge(Run.ITEM);
      scope.set(name, value);
    }
  }

  /** An attribute of a namespace. */
  record NamespaceAttribute(String namespace, String name) implements Target {
    @Override
    public void assign(Scope scope, Object value) {
      if (!(scope.get(namespace) instanceof Namespace target)) {
        throw Types.unexpected(scope.get(namespace), "a namespace, to set an attribute");
      }
      target.set(scope.run(), name, value);
    }
  }

  /** Several targets for as many values. */
  record Several(List<Target> targets) implements Target {
    @Override
    public void assign(Scope scope, Object value) {
      List<Object> values = Sequences.list(scope.run(), value);
      if (values.size() != targets.size()) {
        throw new TemplateException(
            values.size() + " values to unpack (expected: " + targets.size() + ")");
      }
      for (int i = 0; i < values.size(); i++) {
        targets.get(i).assign(scope, values.get(i));
      }
    }
  }
}
